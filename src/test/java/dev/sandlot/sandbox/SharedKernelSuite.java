package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Escape by exhaustion: of what a kernel has once for all, one sandbox takes so much that its neighbours miss nothing. */
@Tag("escape")
public abstract class SharedKernelSuite extends SandboxSuite {
    @BeforeEach
    void requirePerl() throws SandboxException {
        assumeHostsKernel("gVisor has its own of everything");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
    }

    /** How many the sandbox gets with that expression, which is true when it has one more, of 200,000; it holds them. */
    private int hold(SandboxId where, String take) throws SandboxException {
        String script = "my ($n, @all) = (0); while ($n < 200000) { (" + take + ") or last; $n++; }"
                + " open(my $f, '>', '/tmp/new'); print $f $n; close $f; rename '/tmp/new', '/tmp/held'; sleep 90;";
        String command = "cat > /tmp/take; perl /tmp/take & until [ -e /tmp/held ]; do :; done; cat /tmp/held";
        return Integer.parseInt(run(where, reading(script, command)).output());
    }

    @Test
    void noSandboxTakesTheHostsAsynchronousInput() throws SandboxException {
        String call = "my $c = pack('Q', 0); my $r = syscall(206, 128, $c); print $r < 0 ? $! + 0 : 'done';";

        assertThat(run(sandbox, reading(call, "perl -")).output()).isEqualTo("38");
    }

    @Test
    void noSandboxTakesTheHostsTerminals() throws SandboxException {
        assertThat(hold(sandbox, "open($all[$n], '+<', '/dev/ptmx')")).isBetween(1, 64);
    }

    /** What the kernel counts by user: by the sandbox's, and by whoever its user namespace belongs to. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inotify instances | (my $d = syscall(294, 0)) >= 0 && push(@all, $d)",
                "timers | syscall(222, 1, 0, my $t = pack('Q', 0)) >= 0",
                "message queues | syscall(240, my $q = qq(q$n\\0), 0102, 0600, my $a = pack('q8', 0, 10, 8192, 0, 0, 0, 0, 0)) >= 0"
            })
    void whatOneSandboxTakesItsNeighbourHasToo(String name, String take) throws SandboxException {
        assumeTrue(
                host().countsApart() || !host().isKeeperInside() || !name.startsWith("inotify"),
                "who makes the containers is one user to the kernel, whom nothing but this limit divides");
        SandboxId other = newSandbox();
        try {
            int first = hold(sandbox, take);
            int second = hold(other, take);

            assertThat(first).as(name).isPositive();
            assertThat(second).as(name).isPositive();
            if (host().countsApart()) {
                assertThat(second).as(name).isEqualTo(first);
            }
        } finally {
            backend.destroy(other);
        }
    }

    /** Standard input is a file in memory, and whoever has opened it holds it: by whom it was written it is paid for. */
    @Test
    void whatItsCommandsReadIsTheSandboxesMemory() throws SandboxException {
        assumeTrue(host().holds("memory"), "this host does not limit memory");
        String holder = "my @all; open(my $asked, '+<', '/tmp/asked'); while (my $pid = <$asked>) { chomp $pid;"
                + " open($all[@all], '<', qq(/proc/$pid/fd/0)); open(my $done, '>', qq(/tmp/$pid)); }";
        run(sandbox, reading(holder, "mkfifo /tmp/asked; cat > /tmp/holder; perl /tmp/holder & echo $! > /tmp/pid"));
        String input = "x".repeat(3 << 20);

        int held = 0;
        // An OCI runtime has a little beside it.
        int most = (int) (LIMITS.memoryBytes() / input.length()) * 5 / 4;
        String ask = "echo $$ 1<> /tmp/asked; until [ -e /tmp/$$ ]; do kill -0 $(cat /tmp/pid) || exit 1; done";
        while (held <= most && run(sandbox, reading(input, ask)).outcome().equals(exited(0))) {
            held++;
        }

        assertThat(held).isBetween(1, most);
    }
}
