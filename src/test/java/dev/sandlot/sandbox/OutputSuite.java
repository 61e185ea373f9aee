package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance: where a command's output begins and ends, and whose what it is written to is. */
@Tag("conformance")
public abstract class OutputSuite extends SandboxSuite {
    private static final String WHERE_ITS_OWN_KERNEL_GIVES_NOTHING_AWAY = "gVisor's pipes stay with who made them";

    private static ExecSpec split(String command, Optional<String> user) {
        return spec(command, PATIENCE).withUser(user).withSplit(true);
    }

    private static String numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    /** As bash writes it: {@code exec > >(tee log)}. The shell is gone before the last of them has printed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tee /tmp/log",
                "cat | cat | tee /tmp/log",
                "sort -n",
                "sort -n | cat",
                "while read -r line; do echo $line; done",
                "exec sh -c 'exec sh -c \"exec cat\"'"
            })
    void whatTheOutputWentThroughPrintsToItsEnd(String filter) throws SandboxException {
        // A shell reads byte for byte, for each of which gVisor takes its time.
        int lines = host().hasOwnKernel() ? 200 : 2000;
        for (int i = 0; i < 20; i++) {
            Ran ran = run(
                    "rm -f /tmp/way; mkfifo /tmp/way; (" + filter + ") < /tmp/way & exec > /tmp/way; seq 1 " + lines);

            assertThat(ran.outcome()).isEqualTo(exited(0));
            assertThat(ran.output()).isEqualTo(numbers(lines));
            assertThat(ran.report().outputBytes()).isEqualTo(ran.output().length());
        }
    }

    @Test
    void soItDoesInBash() throws SandboxException {
        assumeTrue(run("command -v bash").outcome().equals(exited(0)), "bash is not installed");
        for (int i = 0; i < 20; i++) {
            assertThat(run("exec bash -c 'exec > >(tee /tmp/log); seq 1 2000'").output())
                    .isEqualTo(numbers(2000));
        }
    }

    /** More than any buffer on its way holds. */
    @Test
    void muchOfItArrivesWholeToo() throws SandboxException {
        Ran ran = run("mkfifo /tmp/way; tee /tmp/log < /tmp/way & exec > /tmp/way; seq 1 300000");

        assertThat(ran.output()).isEqualTo(numbers(300_000));
    }

    @Test
    void eachOfTwoStreamsIsHeardToItsEnd() throws SandboxException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String command = "mkfifo /tmp/o /tmp/e; cat < /tmp/o & cat < /tmp/e >&2 & exec > /tmp/o 2> /tmp/e;"
                + " seq 1 2000; seq 1 3000 >&2";

        backend.execute(
                sandbox,
                split(command, Optional.empty()),
                (stream, offset, bytes) -> append(stream == OutputStreamKind.STDERR ? errors : output, bytes));

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo(numbers(2000));
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo(numbers(3000));
    }

    /** One that sleeps, one that works on something else, one that prints without end: each holds the pipe. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sleep 91 & | ",
                "(exec sh -c 'while :; do :; done') & | ",
                "(while :; do echo noise; done) & | noise",
                "(while sleep 0.001; do echo noise; done) & | noise"
            })
    void noneThatStaysHoldsTheEndUp(String background, String noise) throws SandboxException {
        String output = run(background + " echo hi").output();

        assertThat(output).contains("hi\n");
        assertThat(List.of(output.replace("hi\n", "").split("\n", -1)))
                .allMatch(line -> line.isEmpty() || line.equals(noise));
    }

    /** More of them than any table of a fixed size was made for; each is told to print, and tells that it lives. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allThatPrintInTheBackgroundLiveOn(boolean split) throws SandboxException {
        assumeHostsKernel("gVisor ends as a whole for want of memory");
        int many = 80;
        SandboxLimits roomy = new SandboxLimits(LIMITS.memoryBytes(), 1000, 512, LIMITS.diskBytes(), 256);
        backend.destroy(sandbox);
        backend.create(new SandboxSpec(sandbox, List.of(), "/workspace", roomy, Duration.ofMinutes(5)));
        String background = "(until [ -e /tmp/go ]; do sleep 0.1; done;"
                + " for i in 1 2 3; do echo noise; echo noise >&2; done; echo >> /tmp/alive) & :";
        for (int i = 0; i < many; i++) {
            ExecSpec spec = split ? split(background, Optional.empty()) : spec(background, PATIENCE);
            assertThat(run(sandbox, spec).outcome()).isEqualTo(exited(0));
        }

        Ran ran = run("touch /tmp/go; until [ $(wc -l < /tmp/alive) -ge " + many + " ]; do sleep 0.1; done 2>/dev/null;"
                + " echo all");

        assertThat(ran.output()).isEqualTo("all\n");
    }

    /** One process with the pipes of many commands: it keeps them, and no more are begun than there is room for. */
    @Test
    void whoCollectsPipesLosesNone() throws SandboxException {
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
        assumeHostsKernel("gVisor opens no pipe by a process's descriptor");
        String collector = "open(my $asked, '+<', '/tmp/asked'); my @all; while (my $pid = <$asked>) { chomp $pid;"
                + " open($all[@all], '>', qq(/proc/$pid/fd/2)) or exit 1; syswrite($_, '.') or exit 1 for @all;"
                + " open(my $done, '>', qq(/tmp/$pid)); }";
        run(sandbox, reading(collector, "mkfifo /tmp/asked; cat > /tmp/collect; perl /tmp/collect >/dev/null 2>&1 &"));
        String ask = "echo $$ > /tmp/asked; until [ -e /tmp/$$ ]; do :; done";
        int[] taken = {0};

        assertThatThrownBy(() -> {
                    for (; taken[0] < 1000; taken[0]++) {
                        assertThat(run(ask).outcome()).isEqualTo(exited(0));
                    }
                })
                .isInstanceOfSatisfying(
                        SandboxException.class, full -> assertThat(full.kind()).isEqualTo(Kind.NOT_STARTED));
        assertThat(taken[0]).isGreaterThanOrEqualTo(LIMITS.pids());
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "nobody", "1000:3000"})
    void aCommandOpensItsOwnStreamsByName(String user) throws SandboxException {
        assumeTrue(user.equals("root") || host().holds("users"), "a sandbox has one user here");
        if (!user.equals("root")) {
            assumeHostsKernel(WHERE_ITS_OWN_KERNEL_GIVES_NOTHING_AWAY);
        }
        String command =
                "echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/stderr; echo d | tee /dev/stdout;"
                        + " echo e > /dev/fd/1; echo f > /proc/self/fd/2; cat /dev/stdin; exec 3< /dev/stdin";

        assertThat(run(sandbox, as(user, command)).output()).isEqualTo("a\nb\nc\nc\nd\nd\ne\nf\n");
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        backend.execute(sandbox, split(command, Optional.of(user)), (stream, offset, bytes) -> append(output, bytes));
        assertThat(output.toString(StandardCharsets.UTF_8).lines().sorted())
                .containsExactly("a", "b", "c", "c", "d", "d", "e", "f");
    }

    @Test
    void aUserOpensWhatItWasGivenToRead() throws SandboxException {
        assumeTrue(host().holds("users"), "a sandbox has one user here");
        ExecSpec given = reading("typed\n", "cat /dev/stdin; cat < /dev/fd/0; stat -L -c '%u %g' /dev/stdin")
                .withUser(Optional.of("nobody"));
        assumeFilesAreListed();

        assertThat(run(sandbox, given).output()).isEqualTo("typed\ntyped\n65534 65534\n");
    }

    @Test
    void whatWasHandedInBelongsToTheCommandsUser() throws SandboxException {
        assumeFilesAreListed();
        assumeHostsKernel(WHERE_ITS_OWN_KERNEL_GIVES_NOTHING_AWAY);
        String owners = "stat -L -c '%u %g' /dev/stdout /dev/stderr";

        assertThat(run(owners).output()).isEqualTo("0 0\n0 0\n");
        if (host().holds("users")) {
            assertThat(run(sandbox, as("1000:3000", owners)).output()).isEqualTo("1000 3000\n1000 3000\n");
        }
    }

    @Test
    void whoBecomesSomebodyElseInsideOpensThemToo() throws SandboxException {
        assumeTrue(host().holds("users"), "a sandbox has one user here");
        assumeHostsKernel(WHERE_ITS_OWN_KERNEL_GIVES_NOTHING_AWAY);
        assumeTrue(run("command -v setpriv").outcome().equals(exited(0)), "setpriv is not installed");

        assertThat(
                        run("setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'echo a > /dev/stdout; echo b > /dev/stderr'")
                                .output())
                .isEqualTo("a\nb\n");
    }
}
