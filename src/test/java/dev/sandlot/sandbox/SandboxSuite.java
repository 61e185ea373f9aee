package dev.sandlot.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the suites have in common: a backend, a sandbox of the test's own, and commands in it. The host is a parameter
 * that an extension of the class around the suite resolves.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class SandboxSuite {
    protected static final SandboxLimits LIMITS = new SandboxLimits(256L << 20, 1000, 64, 64L << 20, 256);
    protected static final Duration PATIENCE = Duration.ofSeconds(20);

    protected SandboxBackend backend;
    protected SandboxId sandbox;

    private SandboxHost host;

    /** What is tried. */
    protected SandboxHost host() {
        return host;
    }

    /** For what a kernel of the sandbox's own does in its way. */
    protected void assumeHostsKernel(String why) {
        assumeTrue(!host().hasOwnKernel(), why);
    }

    /** For what needs ls(1) or stat(1): the gVisor of Debian 12 does not take how those of GNU ask (AT_NO_AUTOMOUNT). */
    protected void assumeFilesAreListed() throws SandboxException {
        assumeTrue(run("ls -d /").outcome().equals(exited(0)), "the sandbox's kernel does not know what ls asks");
    }

    /** Output as a command printed it, and how it ended. */
    protected record Ran(ExecReport report, String output) {
        ExecOutcome outcome() {
            return report.outcome();
        }
    }

    @BeforeEach
    void create(SandboxHost tried) throws SandboxException {
        host = tried;
        backend = tried.backend();
        sandbox = newSandbox();
    }

    @AfterEach
    void destroy() throws SandboxException {
        backend.destroy(sandbox);
    }

    protected SandboxId newSandbox() throws SandboxException {
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(id, List.of(), "/workspace", limits(), Duration.ofMinutes(5)));
        return id;
    }

    /** Those of the sandboxes that are tried. */
    protected SandboxLimits limits() {
        return LIMITS;
    }

    protected static ExecSpec spec(String command, Duration timeout) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, timeout);
    }

    /** A command of that user's. */
    protected static ExecSpec as(String user, String command) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, PATIENCE).withUser(Optional.of(user));
    }

    /** A command with that at its standard input. */
    protected static ExecSpec reading(String input, String command) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, PATIENCE).withStdin(Optional.of(input));
    }

    protected Ran run(SandboxId where, ExecSpec spec) throws SandboxException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ExecReport report = backend.execute(where, spec, (stream, offset, bytes) -> append(output, bytes));
        backend.acknowledge(where, spec.id());
        return new Ran(report, output.toString(StandardCharsets.UTF_8));
    }

    protected static void append(ByteArrayOutputStream output, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        output.writeBytes(copy);
    }

    protected Ran run(String command) throws SandboxException {
        return run(sandbox, spec(command, PATIENCE));
    }

    protected static ExecOutcome exited(int code) {
        return new ExecOutcome.Exited(code);
    }

    /** How many processes of the sandbox have that in their command line, which must not find itself: {@code slee[p] 9}. */
    protected String count(SandboxId where, String pattern) throws SandboxException {
        String command = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c '" + pattern + "'";
        return run(where, spec(command, PATIENCE)).output().strip();
    }
}
