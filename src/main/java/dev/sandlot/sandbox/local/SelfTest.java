package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.NotMadeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tries in a real sandbox what this host can hold sandboxes to. */
final class SelfTest {
    private static final Logger LOG = ServerLog.of(SelfTest.class);
    private static final Path DEVICES = Path.of("/dev");
    private static final SandboxLimits LIMITS = new SandboxLimits(48L << 20, 1000, 24, 16L << 20, 64);
    private static final Duration LIFETIME = Duration.ofMinutes(1);
    /** With a kernel of its own: where its memory is used up it may hang, not die, and no signal reaches it then. */
    private static final Duration HANGING = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final SandboxBackend backend;
    private final CgroupLayout cgroups;
    private final boolean ownKernel;
    private final Path dataDirectory;
    private SandboxId sandbox = new SandboxId(UUID.randomUUID());

    /** {@code ownKernel}: the backend's sandboxes do not run on the host's. */
    SelfTest(SandboxBackend backend, CgroupLayout cgroups, boolean ownKernel, Path dataDirectory) {
        this.backend = backend;
        this.cgroups = cgroups;
        this.ownKernel = ownKernel;
        this.dataDirectory = dataDirectory;
    }

    /** Throws IOException when no sandbox can be made at all. */
    Guarantees run() throws IOException {
        HostDevices.require(DEVICES);
        try {
            begin(LIFETIME);
            Map<String, Boolean> held = new LinkedHashMap<>();
            held.put("sandbox", output("echo fine", PATIENCE).equals("fine\n"));
            held.put("kill", killsTree());
            held.put("memory", cgroups.limits("memory") && holdsMemory());
            held.put("pids", cgroups.limits("pids") && holdsPids());
            held.put("cpu", cgroups.limits("cpu"));
            held.put("disk", holdsDisk());
            held.put("network", hasLoopbackAlone());
            held.put("user_namespace", rootIsNobodyOutside());
            held.put("overlay", makes(layered()));
            return new Guarantees(held, offered(held.getOrDefault("memory", false)));
        } catch (NotMadeException refused) {
            throw new IOException(HostAdvice.of(refused), refused);
        } catch (SandboxException broken) {
            throw told("No sandbox can be made on this host", broken);
        } finally {
            destroy();
        }
    }

    private static IOException told(String what, SandboxException broken) {
        return new IOException(
                SandboxException.isInterrupted(broken)
                        ? "The server was stopped before it knew what its host can do"
                        : what + ": " + broken.getMessage(),
                broken);
    }

    /** What a test has used up is there for the next. */
    private void renew() throws SandboxException {
        renew(LIFETIME);
    }

    private void renew(Duration lifetime) throws SandboxException {
        backend.destroy(sandbox);
        sandbox = new SandboxId(UUID.randomUUID());
        begin(lifetime);
    }

    private void begin(Duration lifetime) throws SandboxException {
        backend.create(new SandboxSpec(sandbox, List.of(), "/workspace", LIMITS, lifetime));
    }

    private Map<String, Boolean> offered(boolean holdsMemory) throws IOException, SandboxException {
        Map<String, Boolean> offered = new LinkedHashMap<>();
        offered.put("users", runsAsOthers());
        offered.put("egress", makes(connected()));
        offered.put("oom", holdsMemory && !ownKernel && tellsWantOfMemory());
        offered.put("leftovers", killsLeftovers());
        return offered;
    }

    private void destroy() throws IOException {
        destroy(sandbox);
    }

    private void destroy(SandboxId sandbox) throws IOException {
        try {
            backend.destroy(sandbox);
        } catch (SandboxException stays) {
            throw told("A sandbox can be made on this host, but not removed", stays);
        }
    }

    /** What has left its session, ignores TERM or is stopped dies as well. */
    private boolean killsTree() throws SandboxException {
        // gVisor hangs a whole process group up when one of it is stopped and another leaves it.
        String stop = ownKernel ? "" : "kill -STOP $$; ";
        String stubborn = "setsid sh -c 'trap \"\" TERM; sleep 61' & (setsid sleep 61 &) ; " + stop + "sleep 61";
        return run(stubborn, SHORT, new ByteArrayOutputStream()) instanceof ExecOutcome.TimedOut
                && output(survivors("sleep 6[1]"), PATIENCE).equals("0\n");
    }

    /** Counts those of that command line, which must not find itself. */
    private static String survivors(String pattern) {
        return "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c '" + pattern + "'";
    }

    private boolean holdsMemory() throws SandboxException {
        if (ownKernel) {
            renew(HANGING);
        }
        try {
            return output("exec 2>/dev/null; head -c 300000000 /dev/zero | tail -c 299999999 | wc -c", LONG_PATIENCE)
                    .strip()
                    .equals("0");
        } catch (SandboxException ended) {
            requireDeath(ended);
            // Where it has a kernel of its own, the host's knows nothing smaller than all of it.
            return true;
        } finally {
            renew();
        }
    }

    private static void requireDeath(SandboxException ended) throws SandboxException {
        if (ended.kind() != Kind.SANDBOX_DIED) {
            throw ended;
        }
    }

    private boolean holdsPids() throws SandboxException {
        String many = "i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done";
        ExecOutcome outcome = run("(" + many + ") 2>/dev/null", PATIENCE, new ByteArrayOutputStream());
        renew();
        return !outcome.equals(new ExecOutcome.Exited(0));
    }

    private boolean holdsDisk() throws SandboxException {
        return !run("head -c 32000000 /dev/zero > /workspace/full 2>/dev/null", PATIENCE, new ByteArrayOutputStream())
                .equals(new ExecOutcome.Exited(0));
    }

    private boolean hasLoopbackAlone() throws SandboxException {
        return output("cat /proc/net/dev", PATIENCE)
                .lines()
                .filter(line -> line.contains(":"))
                .allMatch(line -> line.strip().startsWith("lo:"));
    }

    /** user_namespaces(7): id inside, id outside, how many. */
    private boolean rootIsNobodyOutside() throws SandboxException {
        return output("cat /proc/self/uid_map", PATIENCE)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .noneMatch(part -> part.length != 3 || part[1].equals("0"));
    }

    /** Over a layer that is not the host's. It has no shell; that it stands is enough. */
    private SandboxSpec layered() throws IOException {
        Path layer = Files.createDirectories(dataDirectory.resolve("self-test"));
        return new SandboxSpec(new SandboxId(UUID.randomUUID()), List.of(layer), "/workspace", LIMITS, LIFETIME);
    }

    private static SandboxSpec connected() {
        SandboxNetwork closed = new SandboxNetwork(List.of(), List.of(), Map.of(), false);
        return new SandboxSpec(
                new SandboxId(UUID.randomUUID()), List.of(), "/workspace", LIMITS, LIFETIME, Optional.of(closed));
    }

    /** A server that stops has not found out what its host can't do. */
    private static void requireVerdict(SandboxException refused) throws SandboxException {
        if (SandboxException.isInterrupted(refused)) {
            throw refused;
        }
    }

    private boolean makes(SandboxSpec spec) throws IOException, SandboxException {
        try {
            backend.create(spec);
            return true;
        } catch (SandboxException refused) {
            requireVerdict(refused);
            LOG.log(Level.FINE, "The host can't make such a sandbox", refused);
            return false;
        } finally {
            destroy(spec.id());
        }
    }

    /** What is killed for want of memory is told apart from what is killed; a kernel of its own dies of it itself. */
    private boolean tellsWantOfMemory() throws SandboxException {
        try {
            return run("exec tail /dev/zero", PATIENCE, new ByteArrayOutputStream())
                    .equals(new ExecOutcome.Signalled(9, true));
        } catch (SandboxException ended) {
            requireDeath(ended);
            renew();
            return false;
        }
    }

    /** What a service leaves running is killed before it is started again. */
    private boolean killsLeftovers() throws SandboxException {
        run(spec("setsid sleep 62 & exit 0", PATIENCE, Optional.empty(), true), new ByteArrayOutputStream());
        return output(survivors("sleep 6[2]"), PATIENCE).equals("0\n");
    }

    private boolean runsAsOthers() throws SandboxException {
        try {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            run(spec("id -u", PATIENCE, Optional.of("1000"), false), output);
            return output.toString(StandardCharsets.UTF_8).equals("1000\n");
        } catch (SandboxException refused) {
            requireVerdict(refused);
            LOG.log(Level.FINE, "The host can't give commands another user", refused);
            return false;
        }
    }

    private String output(String command, Duration timeout) throws SandboxException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        run(command, timeout, output);
        return output.toString(StandardCharsets.UTF_8);
    }

    private static ExecSpec spec(String command, Duration timeout, Optional<String> user, boolean whole) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, timeout)
                .withUser(user)
                .withWhole(whole);
    }

    private ExecOutcome run(String command, Duration timeout, ByteArrayOutputStream output) throws SandboxException {
        return run(spec(command, timeout, Optional.empty(), false), output);
    }

    private ExecOutcome run(ExecSpec spec, ByteArrayOutputStream output) throws SandboxException {
        ExecOutcome outcome = backend.execute(sandbox, spec, (stream, offset, bytes) -> {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.get(copy);
                    output.writeBytes(copy);
                })
                .outcome();
        backend.acknowledge(sandbox, spec.id());
        return outcome;
    }
}
