package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayOutputStream;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conformance: what every backend promises of the commands that it runs, those that resist included. */
@Tag("conformance")
public abstract class ConformanceSuite extends SandboxSuite {
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
        ExecSpec spec = ExecSpec.of(new ExecId(UUID.randomUUID()), "cat; pwd; echo $NAME", PATIENCE)
                .withEnv(Map.of("NAME", "value"))
                .withCwd(Optional.of("/tmp"))
                .withStdin(Optional.of("typed\n"));

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

        Ran ran = run(sandbox, spec(stubborn, Duration.ofMillis(host().hasOwnKernel() ? 3000 : 300)));

        assertThat(ran.outcome()).isEqualTo(new ExecOutcome.TimedOut());
        assertThat(ran.output()).isEqualTo("before\n");
        assertThat(count(sandbox, "sleep 9[7]")).isEqualTo("0");
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
        assumeHostsKernel("gVisor ends as a whole for want of memory");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        SandboxId neighbour = newSandbox();
        try {
            Future<Ran> quiet = threads.submit(() -> run(neighbour, spec("sleep 1; echo fine", PATIENCE)));
            Ran bomb = run("exec tail /dev/zero");

            if (host().holds("oom")) {
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
        assertThat(count(sandbox, "sleep 6[0]")).isEqualTo("1");
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
        ExecSpec spec = ExecSpec.of(new ExecId(UUID.randomUUID()), "echo out; echo err >&2", PATIENCE)
                .withSplit(true);

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
            assertThat(count(sandbox, "sleep 9[5]")).isEqualTo("0");
        } finally {
            threads.shutdownNow();
        }
    }

    /** At some of these moments it has not been given to its sandbox, or is being sent, or started. */
    @Test
    void aCommandIsCancelledHoweverEarly() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < host().many() / 10; i++) {
                AtomicBoolean cancelled = new AtomicBoolean();
                ExecSpec spec = spec("sleep 94", Duration.ofSeconds(60)).withCancelled(cancelled::get);
                Future<Ran> running = threads.submit(() -> run(sandbox, spec));

                for (int step = 0; step < 200 * i; step++) {
                    Thread.onSpinWait();
                }
                cancelled.set(true);
                backend.cancel(sandbox, spec.id());

                assertThat(running.get(20, TimeUnit.SECONDS).outcome()).isEqualTo(new ExecOutcome.Cancelled());
            }
            assertThat(count(sandbox, "sleep 9[4]")).isEqualTo("0");
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whatever it is about to start when the time is over: at some of these moments it is in the middle of a fork. */
    @Test
    void aTreeThatGrowsDiesWhole() throws SandboxException {
        for (int i = 0; i < host().many() / 10; i++) {
            String growing = "i=0; while [ $i -lt 20 ]; do sleep 96 & i=$((i+1)); done; sleep 96";

            Ran ran = run(sandbox, spec(growing, Duration.ofMillis(1 + i % 5)));

            assertThat(ran.outcome()).isEqualTo(new ExecOutcome.TimedOut());
        }
        assertThat(count(sandbox, "sleep 9[6]")).isEqualTo("0");
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

    @Test
    void aFolderThatIsNotThereIsToldAndNothingRuns() throws SandboxException {
        ExecSpec spec =
                ExecSpec.of(new ExecId(UUID.randomUUID()), "echo ran", PATIENCE).withCwd(Optional.of("/nowhere"));

        Ran ran = run(sandbox, spec);

        assertThat(ran.outcome()).isEqualTo(exited(125));
        assertThat(ran.output()).isEqualTo("sandlot: cannot enter /nowhere: No such file or directory\n");
    }

    @Test
    void aDaemonOfATimedOutCommandDiesWithIt() throws SandboxException {
        // Forks twice, leads a session of its own, and holds no pipe: what a daemon does.
        String daemon = "(setsid sh -c 'exec </dev/null >/dev/null 2>&1; sleep 94 & exit' &); sleep 60";

        assertThat(run(sandbox, spec(daemon, Duration.ofMillis(host().hasOwnKernel() ? 3000 : 500)))
                        .outcome())
                .isEqualTo(new ExecOutcome.TimedOut());
        assertThat(count(sandbox, "sleep 9[4]")).isEqualTo("0");
    }

    @Test
    void whoeverHoldsThePipeHoldsNothingUp() throws SandboxException {
        assertThat(run("(sleep 60; echo late) & echo early").output()).isEqualTo("early\n");
    }

    @Test
    void zombiesAreReaped() throws SandboxException {
        run("for i in 1 2 3 4 5 6 7 8; do (true & exec sleep 0.1) & done; wait");

        // Nothing tells when PID 1 has reaped the last: asked until it is so, or the command runs into its timeout.
        assertThat(run("until ! grep -qs '^State:.Z' /proc/[0-9]*/status; do :; done; echo none")
                        .output())
                .isEqualTo("none\n");
    }

    @Test
    void anInodeBombIsTheCommandsAlone() throws SandboxException {
        assumeHostsKernel("gVisor takes minutes for so many files");
        Ran bomb = run(
                "cd /workspace; seq 1 60000 | xargs touch 2>/dev/null; echo $?; rm -rf /workspace/*; echo ok > f; cat f");

        assertThat(bomb.output()).isEqualTo("123\nok\n");
    }

    @Test
    void anOutputBombIsEndedAtItsTimeoutAndCostsNothingElse() throws SandboxException {
        Ran bomb = run(sandbox, spec("yes", Duration.ofMillis(700)));

        assertThat(bomb.outcome()).isEqualTo(new ExecOutcome.TimedOut());
        assertThat(bomb.report().outputBytes()).isEqualTo(bomb.output().length());
        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @Test
    void memoryOfFilesCountsToo() throws SandboxException {
        assumeHostsKernel("gVisor's memory is limited as a whole, with what it needs itself");
        assumeTrue(host().holds("memory"), "this host does not limit memory");

        // What tail(1) holds fits alone, but not beside the file. The shell may say that it was killed.
        String hold = "head -c 220000000 /dev/zero | tail -c 219999999 2>/dev/null | wc -c";
        String beside = "head -c 64000000 /dev/zero > /workspace/file; " + hold;
        Duration minute = Duration.ofMinutes(1);
        assertThat(run(sandbox, spec(hold, minute)).output()).isEqualTo("219999999\n");
        assertThat(run(sandbox, spec(beside, minute)).output().replace("Killed\n", ""))
                .startsWith("0\n");
    }

    @Test
    void anExitOf137IsNoWantOfMemory() throws SandboxException {
        assertThat(run("exit 137").outcome()).isEqualTo(exited(137));
        assertThat(run("kill -KILL $$").outcome()).isEqualTo(new ExecOutcome.Signalled(9, false));
    }

    @Test
    void manyCommandsLeaveNothingBehind() throws SandboxException {
        // With the tenth part of what a long run takes: -Dsandlot.commands=10000.
        int commands = Integer.getInteger("sandlot.commands", host().many());
        for (int i = 0; i < commands; i++) {
            assertThat(run("echo " + i).output()).isEqualTo(i + "\n");
        }

        // Each command leads a session. The last one may not be reaped yet; what stays runs into the timeout.
        String others = "cut -d' ' -f6 /proc/[0-9]*/stat 2>/dev/null | grep -vxc -e 0 -e 1 -e $$";
        String left = "echo .[!.]* ..?* *";
        String folders = "cd /tmp; " + left + "; cd /dev/shm; " + left + "; cd /workspace; " + left;
        assertThat(run("until [ \"$(" + others + ")\" = 0 ]; do :; done; " + folders)
                        .output())
                .isEqualTo(".[!.]* ..?* *\n".repeat(3));
    }
}
