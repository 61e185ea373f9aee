package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.Apart;
import dev.sandlot.sandbox.ExecSpec.Pipes;
import dev.sandlot.sandbox.ExecSpec.Surroundings;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is told to a command before and while it runs: where, by whom and by what it is run, input, signals, silence. */
@Tag("conformance")
public abstract class SteeringSuite extends SandboxSuite {
    private static final long WAIT_SECONDS = 20;

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static ExecSpec reading(String command) {
        return spec(command, PATIENCE).through(new Pipes(false, Optional.empty(), true));
    }

    /** One that runs: it has printed a line. */
    private final class Running {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final ExecSpec spec;
        private final CompletableFuture<Ran> end;

        Running(ExecSpec spec) throws InterruptedException {
            this.spec = spec;
            this.end = Apart.call(this::follow);
            assertThat(begun.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        private Ran follow() throws SandboxException {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ExecReport report = backend.execute(sandbox, spec, (stream, offset, bytes) -> {
                append(output, bytes);
                begun.countDown();
            });
            backend.acknowledge(sandbox, spec.id());
            return new Ran(report, output.toString(StandardCharsets.UTF_8));
        }

        OptionalInt write(String text, boolean isEnd) throws SandboxException {
            return backend.write(sandbox, spec.id(), bytes(text), isEnd);
        }

        Ran end() throws Exception {
            return end.get(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aFolderIsBelowTheWorkingFolderUnlessItIsAbsolute() throws SandboxException {
        run("mkdir -p below/it");

        assertThat(run(sandbox, spec("pwd", PATIENCE).withCwd(Optional.of("below/it")))
                        .output())
                .isEqualTo("/workspace/below/it\n");
        assertThat(run(sandbox, spec("pwd", PATIENCE).withCwd(Optional.of("../tmp")))
                        .output())
                .isEqualTo("/tmp\n");
        assertThat(run(sandbox, spec("pwd", PATIENCE).withCwd(Optional.of("none")))
                        .outcome())
                .isEqualTo(exited(125));
    }

    private static ExecSpec by(String shell, String command) {
        return spec(command, PATIENCE)
                .in(new Surroundings(Map.of(), Optional.empty(), Optional.empty(), Optional.of(shell)));
    }

    @Test
    void aShellIsTheOneThatIsAskedFor() throws SandboxException {
        run("printf '#!/bin/sh\\necho mine: \"$1\" \"$3\"\\n' > /tmp/mine; chmod +x /tmp/mine");

        assertThat(run(sandbox, by("/tmp/mine", "exit 3")).output()).isEqualTo("mine: -c exit 3\n");
        assertThatThrownBy(() -> run(sandbox, by("/none/sh", "true")))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.NO_SUCH_SHELL));
    }

    @Test
    void aUserWhomNobodyKnowsIsToldApart() {
        for (String user : new String[] {"nobody-of-that-name", "0:no-such-group", "4294967295"}) {
            assertThatThrownBy(() -> run(sandbox, as(user, "true")))
                    .as(user)
                    .isInstanceOfSatisfying(
                            SandboxException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(Kind.NO_SUCH_USER));
        }
    }

    @Test
    void anyBytesAreInput() throws SandboxException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        ExecSpec spec = spec("od -An -tx1 | tr -d ' \\n'", PATIENCE)
                .through(new Pipes(false, Optional.of(ByteBuffer.wrap(all)), false));

        assertThat(run(sandbox, spec).output())
                .startsWith("000102")
                .endsWith("fdfeff")
                .hasSize(512);
    }

    @Test
    void theLongestCommandRuns() throws SandboxException {
        assumeHostsKernel("gVisor has its own bound of arguments");

        assertThat(run("echo " + "x".repeat((2 << 20) - 20) + " | wc -c").output())
                .isEqualTo((2 << 20) - 19 + "\n");
    }

    @Test
    void inputComesWhileACommandRuns() throws Exception {
        Running running = new Running(reading("echo ready; while read line; do echo \"got $line\"; done; echo over"));

        assertThat(running.write("one\n", false)).hasValue(4);
        assertThat(running.write("two\n", true)).hasValue(4);
        Ran ran = running.end();

        assertThat(ran.output()).isEqualTo("ready\ngot one\ngot two\nover\n");
        assertThat(ran.outcome()).isEqualTo(exited(0));
        assertThat(running.write("late", false)).isEmpty();
    }

    @Test
    void noMoreInputIsTakenThanThePipeHolds() throws Exception {
        Running running = new Running(reading("echo ready; until [ -e /tmp/go ]; do sleep 0.05; done; wc -c"));
        String piece = "x".repeat(64 << 10);
        int sent = 0;
        int taken;
        do {
            taken = running.write(piece, false).orElseThrow();
            sent += taken;
        } while (taken > 0);
        assertThat(sent).isBetween(4096, 1 << 20);

        run("touch /tmp/go");
        while (running.write("", true).isEmpty()) {
            assertThat(running.end.isDone()).isFalse();
        }

        assertThat(running.end().output().strip()).isEqualTo("ready\n" + sent);
    }

    @Test
    void whatNobodyHasReadGoesWithItsCommand() throws Exception {
        assumeHostsKernel("gVisor has pipes of its own");
        for (boolean isEnd : new boolean[] {false, true}) {
            run("rm -f /tmp/go");
            Running running = new Running(
                    reading("exec 3<&0; sleep 60 <&3 & echo $!; until [ -e /tmp/go ]; do sleep 0.05; done"));
            assertThat(running.write("x".repeat(4096), isEnd)).hasValue(4096);
            run("touch /tmp/go");
            String holder = running.end().output().strip();

            assertThat(run("dd if=/proc/" + holder + "/fd/0 iflag=nonblock bs=4096 count=1 2> /dev/null | wc -c")
                            .output()
                            .strip())
                    .as("of an input that was ended: %s", isEnd)
                    .isEqualTo("0");
        }
    }

    @Test
    void whoReadsNoInputIsNotWaitedFor() throws Exception {
        Running closed = new Running(reading("exec <&-; echo ready; until [ -e /tmp/end ]; do sleep 0.05; done"));

        assertThat(closed.write("x", false)).isEmpty();
        run("touch /tmp/end");
        assertThat(closed.end().outcome()).isEqualTo(exited(0));
        assertThat(backend.write(sandbox, new ExecId(UUID.randomUUID()), bytes("x"), true))
                .isEmpty();
    }

    @Test
    void aSignalReachesACommandAndItsGroup() throws Exception {
        Running running =
                new Running(spec("trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done", PATIENCE));
        boolean signalled = backend.signal(sandbox, running.spec.id(), 2);
        assumeTrue(signalled, "a command without a control group takes no signals");

        Ran ran = running.end();
        assertThat(ran.outcome()).isEqualTo(exited(7));
        assertThat(ran.output()).isEqualTo("ready\ncaught\n");
        assertThat(backend.signal(sandbox, running.spec.id(), 2)).isFalse();
    }

    @Test
    void whoIsSilentForTooLongIsKilledAndToldApart() throws SandboxException {
        ExecSpec silent =
                spec("echo a; sleep 0.2; echo b; sleep 60 & sleep 60", PATIENCE).withIdle(Duration.ofMillis(1500));

        Ran ran = run(sandbox, silent);

        assertThat(ran.outcome()).isEqualTo(new ExecOutcome.Silent());
        assertThat(ran.output()).isEqualTo("a\nb\n");
    }

    @Test
    void whoPrintsIsNotSilent() throws SandboxException {
        ExecSpec loud = spec("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.4; done", PATIENCE)
                .withIdle(Duration.ofSeconds(2));

        assertThat(run(sandbox, loud).outcome()).isEqualTo(exited(0));
    }

    @Test
    void aSandboxIsToldToLiveOn() throws SandboxException {
        backend.extend(sandbox, Duration.ofHours(1));

        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }
}
