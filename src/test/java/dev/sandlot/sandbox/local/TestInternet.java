package dev.sandlot.sandbox.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.NetworkSuite;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Servers for {@link NetworkSuite}, in a network namespace that is this host's neighbour: at a public address, a private one
 * and that of a cloud's metadata, and one at the host's own. Needs root; nothing of it is left at the end.
 */
final class TestInternet implements BeforeAllCallback, AfterAllCallback {
    private static final String NAMESPACE = "sandlot-test";
    private static final String LINK = "sandlot-test0";

    private static final Path DEVICE = Path.of("/dev/net/tun");

    private final List<Process> servers = new ArrayList<>();
    private @Nullable Path folder;
    private Set<PosixFilePermission> deviceMode = Set.of();

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        if (LocalHost.isWithin(context)) {
            return;
        }
        Path folder = Files.createTempDirectory("sandlot-internet");
        this.folder = folder;
        Files.writeString(folder.resolve("index.html"), NetworkSuite.PAGE);
        deviceMode = Files.getPosixFilePermissions(DEVICE);
        // As udev makes it; a machine without udev may differ.
        Files.setPosixFilePermissions(DEVICE, PosixFilePermissions.fromString("rw-rw-rw-"));
        removeLeftover();
        ip("netns add " + NAMESPACE);
        ip("link add " + LINK + " type veth peer name eth0 netns " + NAMESPACE);
        // The smallest networks there are: a larger one would take addresses from this host that it may have a use for.
        for (String network : List.of("203.0.113.%d/30", "10.99.0.%d/30", "169.254.169.%d/30")) {
            ip("addr add " + network.formatted(253) + " dev " + LINK);
            ip("-n " + NAMESPACE + " addr add " + network.formatted(254) + " dev eth0");
        }
        ip("link set " + LINK + " up");
        ip("-n " + NAMESPACE + " link set eth0 up");
        serve("ip netns exec " + NAMESPACE + " busybox httpd -f -p 0.0.0.0:8080 -h " + folder);
        serve("ip netns exec " + NAMESPACE + " busybox httpd -f -p 0.0.0.0:8081 -h " + folder);
        serve("busybox httpd -f -p 0.0.0.0:8080 -h " + folder);
        for (String server : List.of("203.0.113.254:8080", "203.0.113.254:8081", "203.0.113.253:8080")) {
            await(server);
        }
    }

    /** A run that was killed has left its network; its servers died with it. */
    private static void removeLeftover() throws IOException, InterruptedException {
        if (NetworkInterface.getByName(LINK) != null) {
            ip("link del " + LINK);
        }
        if (Files.exists(Path.of("/run/netns", NAMESPACE))) {
            ip("netns del " + NAMESPACE);
        }
    }

    private static void ip(String arguments) throws IOException, InterruptedException {
        run("ip " + arguments);
    }

    private static void run(String command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(command).isTrue();
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
    }

    private void serve(String command) throws IOException {
        String mortal = "setpriv --pdeathsig KILL " + command;
        servers.add(new ProcessBuilder(mortal.split(" ")).inheritIO().start());
    }

    private static void await(String server) throws IOException, InterruptedException {
        run("curl -sS --retry 50 --retry-connrefused --retry-delay 1 -m 20 http://" + server + "/");
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
        if (LocalHost.isWithin(context)) {
            return;
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .as("the host's mounts are as they were")
                .contains(" /run/netns/" + NAMESPACE + " ");
        servers.forEach(Process::destroy);
        for (Process server : servers) {
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        Files.setPosixFilePermissions(DEVICE, deviceMode);
        ip("link del " + LINK);
        ip("netns del " + NAMESPACE);
        Path served = requireNonNull(folder);
        Files.delete(served.resolve("index.html"));
        Files.delete(served);
    }
}
