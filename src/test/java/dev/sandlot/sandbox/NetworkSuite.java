package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxNetwork.Destination;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a sandbox reaches: nothing, or what it may. The host has a neighbour with servers on ports 8080 and 8081 at a public
 * address, a private one, and that of a cloud's metadata; the host itself serves port 8080 too.
 */
@Tag("network")
public abstract class NetworkSuite extends SandboxSuite {
    /** What each of the servers answers. */
    public static final String PAGE = "reached\n";

    private static final String PUBLIC = "203.0.113.254";
    private static final String PRIVATE = "10.99.0.254";
    private static final String METADATA = "169.254.169.254";
    private static final String HOST = "203.0.113.253";
    /** curl's: it could not connect. */
    private static final String REFUSED = "7";

    private final SandboxId open = new SandboxId(UUID.randomUUID());

    @AfterEach
    void destroyOpen() throws SandboxException {
        backend.destroy(open);
    }

    private static Destination to(String cidr, int port) {
        return new Destination(cidr, port, port);
    }

    private void open(List<Destination> named, List<Destination> allowed) throws SandboxException {
        open(new SandboxNetwork(named, allowed, Map.of(), false));
    }

    private void open(SandboxNetwork network) throws SandboxException {
        backend.create(
                new SandboxSpec(open, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5), Optional.of(network)));
    }

    /** What that address answers, or curl's exit code. */
    private String fetch(SandboxId where, String address) throws SandboxException {
        String command = "curl -s -m 5 http://" + address + "/ || echo $?";
        return run(where, spec(command, PATIENCE)).output().strip();
    }

    @Test
    void withoutANetworkNothingIsReached() throws Exception {
        for (String address : List.of(PUBLIC, PRIVATE, METADATA, HOST)) {
            assertThat(fetch(sandbox, address + ":8080")).as(address).isEqualTo(REFUSED);
        }
        assertThat(run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '").output())
                .isEqualTo("lo\n");
    }

    @Test
    void whatIsAllowedIsReachedAndNothingElse() throws Exception {
        open(List.of(), List.of(to(PUBLIC + "/32", 8080)));

        assertThat(fetch(open, PUBLIC + ":8080")).isEqualTo(PAGE.strip());
        assertThat(fetch(open, PUBLIC + ":8081")).as("another port").isEqualTo(REFUSED);
        for (String address : List.of(PRIVATE, METADATA, HOST, "10.0.2.2", "10.0.2.3")) {
            assertThat(fetch(open, address + ":8080")).as(address).isEqualTo(REFUSED);
        }
    }

    @Test
    void aWideNetworkLeavesOutWhatIsNotThePublics() throws Exception {
        open(List.of(), List.of(new Destination("0.0.0.0/0", 1, 65_535)));

        assertThat(fetch(open, PUBLIC + ":8081")).isEqualTo(PAGE.strip());
        for (String address : List.of(PRIVATE, METADATA, HOST, "10.0.2.2", "10.99.0.253")) {
            assertThat(fetch(open, address + ":8080")).as(address).isEqualTo(REFUSED);
        }
    }

    @Test
    void whatIsNamedIsReachedThoughItIsNotThePublics() throws Exception {
        open(List.of(to("10.99.0.0/24", 8080), to(HOST + "/32", 8080)), List.of());

        assertThat(fetch(open, PRIVATE + ":8080")).isEqualTo(PAGE.strip());
        assertThat(fetch(open, HOST + ":8080")).isEqualTo(PAGE.strip());
        assertThat(fetch(open, PRIVATE + ":8081")).isEqualTo(REFUSED);
        assertThat(fetch(open, METADATA + ":8080")).isEqualTo(REFUSED);
        assertThat(fetch(open, PUBLIC + ":8080")).isEqualTo(REFUSED);
    }

    @Test
    void namesOfTheListAreKnownInsideAndNoOthers() throws Exception {
        open(new SandboxNetwork(
                List.of(), List.of(to(PUBLIC + "/32", 8080)), Map.of("files.example", List.of(PUBLIC)), false));

        assertThat(fetch(open, "files.example:8080")).isEqualTo(PAGE.strip());
        assertThat(fetch(open, "other.example:8080"))
                .as("curl: could not resolve")
                .isEqualTo("6");
        assertThat(run(open, spec("cat /etc/resolv.conf", PATIENCE)).output()).isEmpty();
    }

    @Test
    void theHostsNameServersAreAskedOnlyWhereThatIsAllowed() throws Exception {
        open(new SandboxNetwork(List.of(), List.of(to(PUBLIC + "/32", 8080)), Map.of(), true));

        assertThat(run(open, spec("cat /etc/resolv.conf", PATIENCE)).output()).isEqualTo("nameserver 10.0.2.3\n");
        assertThat(fetch(open, "10.0.2.2:53")).isEqualTo(REFUSED);
    }

    @Test
    void commandsDoNotChangeTheFilterOrTheInterface() throws Exception {
        open(List.of(), List.of(to(PUBLIC + "/32", 8080)));

        String attempts = "nft flush ruleset; nft add rule inet sandlot output accept; ip link set tap0 down;"
                + " ip addr add 10.0.2.2/24 dev lo; ip route add 10.99.0.0/24 dev lo; iptables -F";
        run(open, spec("(" + attempts + ") 2>/dev/null", PATIENCE));

        assertThat(fetch(open, PRIVATE + ":8080")).isEqualTo(REFUSED);
        assertThat(fetch(open, PUBLIC + ":8080")).isEqualTo(PAGE.strip());
    }

    @Test
    void sandboxesDoNotReachEachOther() throws Exception {
        open(List.of(), List.of(new Destination("0.0.0.0/0", 1, 65_535)));
        SandboxId other = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(
                other,
                List.of(),
                "/workspace",
                LIMITS,
                Duration.ofMinutes(5),
                Optional.of(new SandboxNetwork(
                        List.of(), List.of(new Destination("0.0.0.0/0", 1, 65_535)), Map.of(), false))));
        try {
            String serve =
                    "mkdir -p s && echo other > s/index.html && cd s && (busybox httpd -f -p 9090 >/dev/null 2>&1 &)";
            run(other, spec(serve, PATIENCE));
            String own = "curl -s --retry 20 --retry-connrefused --retry-delay 1 -m 15 http://127.0.0.1:9090/";
            assertThat(run(other, spec(own, PATIENCE)).output()).isEqualTo("other\n");

            assertThat(fetch(open, "10.0.2.100:9090")).isEqualTo(REFUSED);
            assertThat(fetch(open, "10.0.2.15:9090")).isEqualTo(REFUSED);
        } finally {
            backend.destroy(other);
        }
    }

    @Test
    void anEndedSandboxTakesItsNetworkAlong() throws Exception {
        Set<Long> others = carriers();
        open(List.of(), List.of(to(PUBLIC + "/32", 8080)));
        assertThat(carriers()).hasSize(others.size() + 1);

        backend.destroy(open);

        assertThat(carriers()).isEqualTo(others);
    }

    @Test
    void whatCarriesItsPacketsIsStartedAgainWhenItEnds() throws Exception {
        Set<Long> others = carriers();
        open(List.of(), List.of(to(PUBLIC + "/32", 8080)));
        Set<Long> ended = new HashSet<>();

        for (int i = 0; i < 3; i++) {
            awaitWayOut();
            Set<Long> mine = carriers();
            mine.removeAll(others);
            assertThat(mine).hasSize(1).noneMatch(ended::contains);
            mine.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            ended.addAll(mine);
        }
        awaitWayOut();

        assertThat(fetch(open, PRIVATE + ":8080")).as("the filter stands").isEqualTo(REFUSED);
        backend.destroy(open);
        assertThat(carriers()).isEqualTo(others);
    }

    @Test
    void aKeeperThatDiesTakesItAlong() throws Exception {
        Set<Long> others = carriers();
        open(List.of(), List.of(to(PUBLIC + "/32", 8080)));
        Set<Long> mine = carriers();
        mine.removeAll(others);
        ProcessHandle carrier = ProcessHandle.of(mine.iterator().next()).orElseThrow();
        ProcessHandle attendant = carrier.parent().orElseThrow();

        attendant.parent().orElseThrow().destroyForcibly();

        assertThat(attendant.onExit()).succeedsWithin(PATIENCE);
        assertThat(carrier.onExit()).succeedsWithin(PATIENCE);
    }

    private void awaitWayOut() throws SandboxException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!fetch(open, PUBLIC + ":8080").equals(PAGE.strip())) {
            assertThat(System.nanoTime()).as("a way out, in time").isLessThan(end);
        }
    }

    /** Programs that carry packets of this user's sandboxes. */
    private static Set<Long> carriers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/slirp4netns"))
                .filter(process -> process.info()
                        .user()
                        .equals(ProcessHandle.current().info().user()))
                .filter(process -> process.parent().isPresent())
                .map(ProcessHandle::pid)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
