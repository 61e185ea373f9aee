package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every backend promises, hostile commands included. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class SandboxBackendContract {
    protected static final SandboxLimits LIMITS = new SandboxLimits(256L << 20, 1000, 64, 64L << 20, 256);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    protected SandboxBackend backend;
    protected SandboxId sandbox;

    /** A backend that is ready. */
    protected abstract SandboxBackend backend();

    /** Whether this host can hold sandboxes to a limit: "memory", "pids". */
    protected abstract boolean holds(String limit);

    /** Output as a command printed it, and how it ended. */
    protected record Ran(ExecReport report, String output) {
        ExecOutcome outcome() {
            return report.outcome();
        }
    }

    @BeforeEach
    void create() throws SandboxException {
        backend = backend();
        sandbox = newSandbox();
    }

    @AfterEach
    void destroy() throws SandboxException {
        backend.destroy(sandbox);
    }

    private SandboxId newSandbox() throws SandboxException {
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(id, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5)));
        return id;
    }

    protected static ExecSpec spec(String command, Duration timeout) {
        return new ExecSpec(
                new ExecId(UUID.randomUUID()),
                command,
                timeout,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    protected Ran run(SandboxId where, ExecSpec spec) throws SandboxException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ExecReport report = backend.execute(where, spec, (stream, offset, bytes) -> append(output, bytes));
        backend.acknowledge(where, spec.id());
        return new Ran(report, output.toString(StandardCharsets.UTF_8));
    }

    private static void append(ByteArrayOutputStream output, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        output.writeBytes(copy);
    }

    protected Ran run(String command) throws SandboxException {
        return run(sandbox, spec(command, PATIENCE));
    }

    private static ExecOutcome exited(int code) {
        return new ExecOutcome.Exited(code);
    }

    @Test
    void exitCodeAndOutputArriveAsTheyWere() throws SandboxException {
        Ran ran = run("echo out; echo err >&2; exit 7");

        assertThat(ran.outcome()).isEqualTo(exited(7));
        assertThat(ran.output()).isEqualTo("out\nerr\n");
    }

    @Test
    void filesPersistBetweenCommandsAndVariablesDoNot() throws SandboxException {
        run("cd /tmp; V=1; export V; echo kept > /workspace/file");

        assertThat(run("cat file; pwd; echo \"V=$V\"").output()).isEqualTo("kept\n/workspace\nV=\n");
    }

    @Test
    void standardInputIsAtItsEnd() throws SandboxException {
        assertThat(run("cat; echo $?").output()).isEqualTo("0\n");
    }

    @Test
    void inputFolderAndVariablesAreThoseOfTheSpec() throws SandboxException {
        ExecSpec spec = new ExecSpec(
                new ExecId(UUID.randomUUID()),
                "cat; pwd; echo $NAME",
                PATIENCE,
                Map.of("NAME", "value"),
                Optional.empty(),
                Optional.of("/tmp"),
                false,
                Optional.of("typed\n"));

        assertThat(run(sandbox, spec).output()).isEqualTo("typed\n/tmp\nvalue\n");
    }

    @Test
    void aSignalIsToldApartFromAnExit() throws SandboxException {
        assertThat(run("kill -TERM $$").outcome()).isEqualTo(new ExecOutcome.Signalled(15, false));
    }

    @Test
    void aCommandLargerThanAnArgumentRuns() throws SandboxException {
        assertThat(run("echo " + "x".repeat(300_000) + " | wc -c").output()).isEqualTo("300001\n");
    }

    @Test
    void aTimedOutCommandIsKilledWithAllThatItStarted() throws SandboxException {
        String stubborn = "echo before; setsid sh -c 'trap \"\" TERM INT HUP; sleep 97' & (setsid sleep 97 &);"
                + " (trap '' TERM; sleep 97) & sleep 97";

        Ran ran = run(sandbox, spec(stubborn, Duration.ofMillis(300)));

        assertThat(ran.outcome()).isEqualTo(new ExecOutcome.TimedOut());
        assertThat(ran.output()).isEqualTo("before\n");
        assertThat(run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 9[7]'")
                        .output())
                .isEqualTo("0\n");
    }

    @Test
    void aStoppedCommandIsKilledAtItsTimeout() throws SandboxException {
        assertThat(run(sandbox, spec("kill -STOP $$; sleep 50", Duration.ofMillis(200)))
                        .outcome())
                .isEqualTo(new ExecOutcome.TimedOut());
    }

    @Test
    void aForkBombIsKilledAtItsTimeoutAndTheNextCommandRuns() throws SandboxException {
        Ran ran = run(sandbox, spec("b() { b | b & }; (b) 2>/dev/null & while :; do :; done", Duration.ofMillis(700)));

        assertThat(ran.outcome()).isEqualTo(new ExecOutcome.TimedOut());
        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @Test
    void aMemoryBombIsEndedAndItsNeighboursGoOn() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        SandboxId neighbour = newSandbox();
        try {
            Future<Ran> quiet = threads.submit(() -> run(neighbour, spec("sleep 1; echo fine", PATIENCE)));
            Ran bomb = run("exec tail /dev/zero");

            if (holds("memory")) {
                assertThat(bomb.outcome()).isEqualTo(new ExecOutcome.Signalled(9, true));
            } else {
                assertThat(bomb.outcome()).isNotEqualTo(exited(0));
            }
            assertThat(quiet.get().output()).isEqualTo("fine\n");
            assertThat(run("echo alive").output()).isEqualTo("alive\n");
        } finally {
            threads.shutdownNow();
            backend.destroy(neighbour);
        }
    }

    @Test
    void aFullDiskIsTheCommandsAlone() throws SandboxException {
        Ran full = run(
                "head -c 200000000 /dev/zero > /workspace/big 2>/dev/null; echo $?; rm /workspace/big; echo ok > f; cat f");

        assertThat(full.output()).isEqualTo("1\nok\n");
    }

    @Test
    void aBackgroundProcessHoldsNothingUpAndLivesOn() throws SandboxException {
        Ran first = run("sleep 60 & echo hi");

        assertThat(first.output()).isEqualTo("hi\n");
        assertThat(run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 6[0]'")
                        .output())
                .isEqualTo("1\n");
    }

    @Test
    void aBackgroundProcessThatPrintsLivesOn() throws SandboxException {
        run(
                "(i=0; while :; do i=$((i+1)); echo noise; echo $i > /tmp/count.new; mv /tmp/count.new /tmp/count; done) & echo hi");

        Ran later = run("until [ -e /tmp/count ]; do :; done; a=$(cat /tmp/count);"
                + " until [ $(cat /tmp/count) -gt $((a + 20)) ]; do :; done; echo alive");

        assertThat(later.output()).isEqualTo("alive\n");
    }

    @Test
    void muchOutputArrivesWholeAndInOrder() throws SandboxException {
        Ran ran = run("seq 1 300000; echo last");

        assertThat(ran.output()).startsWith("1\n2\n3\n").endsWith("299999\n300000\nlast\n");
        assertThat(ran.report().outputBytes()).isEqualTo(ran.output().length());
    }

    @Test
    void splitStreamsAreToldApart() throws SandboxException {
        List<String> pieces = new ArrayList<>();
        ExecSpec spec = new ExecSpec(
                new ExecId(UUID.randomUUID()),
                "echo out; echo err >&2",
                PATIENCE,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty());

        backend.execute(
                sandbox,
                spec,
                (stream, offset, bytes) ->
                        pieces.add(stream + " " + offset + " " + StandardCharsets.UTF_8.decode(bytes)));

        assertThat(pieces).containsExactlyInAnyOrder("STDOUT 0 out\n", "STDERR 0 err\n");
    }

    @Test
    void aCancelledCommandDiesWithItsTree() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            ExecSpec spec = spec("echo started > /tmp/mark; sleep 95 & sleep 95", Duration.ofSeconds(60));
            Future<Ran> running = threads.submit(() -> run(sandbox, spec));
            run("while [ ! -e /tmp/mark ]; do :; done");

            backend.cancel(sandbox, spec.id());

            assertThat(running.get(20, TimeUnit.SECONDS).outcome()).isEqualTo(new ExecOutcome.Cancelled());
            assertThat(run("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 9[5]'")
                            .output())
                    .isEqualTo("0\n");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void commandsOfOneSandboxRunSideBySide() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Ran>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String command = "echo x >> /tmp/here; until [ $(wc -l < /tmp/here) -ge 8 ]; do :; done; echo met";
                running.add(threads.submit(() -> run(command)));
            }

            for (Future<Ran> one : running) {
                assertThat(one.get(30, TimeUnit.SECONDS).output()).isEqualTo("met\n");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCommandSeesNothingOfTheHost() throws SandboxException {
        assertThat(run("cat /proc/1/cmdline | tr -d '\\0'").output()).doesNotContain("/");
        assertThat(run("ls /home /root; ls -d /proc/1/root/ 2>&1").output()).contains("Permission denied");
        assertThat(run("cat /proc/net/dev | grep -c :").output()).isEqualTo("1\n");
        assertThat(run("env | cut -d= -f1 | sort | tr '\\n' ' '").output()).isEqualTo("HOME LANG PATH PWD ");
    }

    @Test
    void aCommandCannotGainRights() throws SandboxException {
        assertThat(run("unshare -U true").outcome()).isNotEqualTo(exited(0));
        assertThat(run("mkdir -p /tmp/m && mount -t tmpfs none /tmp/m").outcome())
                .isNotEqualTo(exited(0));
        assertThat(run("mknod /tmp/sda b 8 0").outcome()).isNotEqualTo(exited(0));
        assertThat(run("echo x > /proc/sys/kernel/hostname").outcome()).isNotEqualTo(exited(0));
        assertThat(run("grep -E 'NoNewPrivs|Seccomp:' /proc/self/status").output())
                .isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @Test
    void killingPid1DoesNothing() throws SandboxException {
        run("kill -9 1; kill -STOP 1; kill -9 -1");

        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @Test
    void oneSandboxSeesNothingOfAnother() throws SandboxException {
        SandboxId other = newSandbox();
        try {
            run("echo secret > /tmp/secret; sleep 93 &");

            assertThat(run(
                                    other,
                                    spec(
                                            "ls /tmp; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 9[3]'",
                                            PATIENCE))
                            .output())
                    .isEqualTo("0\n");
        } finally {
            backend.destroy(other);
        }
    }

    @Test
    void destroyIsIdempotentAndEndsWhatRuns() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Ran> running = threads.submit(() -> run("echo > /tmp/mark; sleep 60"));
            run("while [ ! -e /tmp/mark ]; do :; done");

            backend.destroy(sandbox);
            backend.destroy(sandbox);

            assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            SandboxException.class,
                            died -> assertThat(died.kind()).isEqualTo(Kind.SANDBOX_DIED));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void destroyingAnUnknownSandboxIsSuccess() throws SandboxException {
        backend.destroy(new SandboxId(UUID.randomUUID()));
    }

    @Test
    void aCommandInAnUnknownSandboxFails() {
        assertThatThrownBy(() -> run(new SandboxId(UUID.randomUUID()), spec("true", PATIENCE)))
                .isInstanceOf(SandboxException.class);
    }

    @Test
    void anImpossibleSandboxFailsAndLeavesNothing() {
        SandboxId id = new SandboxId(UUID.randomUUID());

        assertThatThrownBy(() -> backend.create(
                        new SandboxSpec(id, List.of(Path.of("/nonexistent")), "/", LIMITS, Duration.ofMinutes(1))))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(Kind.NOT_STARTED));
        assertThat(backend.list()).extracting(SandboxBackend.Observed::id).doesNotContain(id);
    }

    @Test
    void anEndThatNobodyFetchedIsHeldUntilItIsAcknowledged() throws Exception {
        ExecSpec spec = spec("echo held; exit 5", PATIENCE);
        backend.execute(sandbox, spec, (stream, offset, bytes) -> {});
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        ExecReport again = backend.attach(
                sandbox, spec.id(), new KnownOutput(0, 0), PATIENCE, (stream, offset, bytes) -> append(output, bytes));

        assertThat(again.outcome()).isEqualTo(exited(5));
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("held\n");
    }

    @Test
    void attachingToAnUnknownExecutionSaysThatItsFateIsUnknown() {
        assertThatThrownBy(() -> backend.attach(
                        sandbox,
                        new ExecId(UUID.randomUUID()),
                        new KnownOutput(0, 0),
                        PATIENCE,
                        (stream, offset, bytes) -> {}))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        failed -> assertThat(failed.kind()).isEqualTo(Kind.UNKNOWN));
    }
}
