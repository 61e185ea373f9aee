package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a command fills, it is told that there is no more, or is killed itself: the next command runs, looks and deletes.
 * With the limits that a sandbox has when nobody asks for others.
 */
@Tag("conformance")
public abstract class ExhaustionSuite extends SandboxSuite {
    private static final SandboxLimits DEFAULTS = new SandboxLimits(512L << 20, 1000, 256, 1L << 30, 1024);
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String NO_SPACE = "28";
    /** Enough forks to see that it is not the shell alone that runs. */
    private static final String LOOK = "echo alive; (cd /; echo *) | cat | grep -c workspace";

    @Override
    protected SandboxLimits limits() {
        return DEFAULTS;
    }

    private Ran runLong(String command) throws SandboxException {
        return run(sandbox, spec(command, LONG));
    }

    private void assumePerl() throws SandboxException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
    }

    /** More than once: what the first one was given, the others are too. */
    private void requireThatCommandsRun() throws SandboxException {
        for (int i = 0; i < 5; i++) {
            Ran next = run(LOOK);

            assertThat(next.output()).isEqualTo("alive\n1\n");
            assertThat(next.outcome()).isEqualTo(exited(0));
        }
    }

    /** Takes one more for as long as there is one; prints how many, and the number of the error that ended it. */
    private static String untilFull(String take) {
        return "perl -e 'my $n = 0; while (" + take + ") { $n++; } print qq($n ), $! + 0, qq(\\n);'";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/workspace/big", "/dev/shm/big", "/tmp/big", "/var/tmp/big", "/root/big"})
    void aFullDiskIsToldAndDeleted(String file) throws SandboxException {
        run("echo kept > /workspace/kept");

        Ran full = runLong("head -c 700M /dev/zero 2>/dev/null > " + file);

        // Who has no limit of memory writes to the disk's own, which is more.
        assertThat(full.outcome()).isEqualTo(exited(host().holds("memory") ? 1 : 0));
        requireThatCommandsRun();
        Ran looked = run("echo $(($(wc -c < " + file + ") >> 20)) $(df -Pk " + file + " | tail -n 1)");
        String[] parts = looked.output().split("\\s+", -1);
        assertThat(Long.parseLong(parts[0])).as(looked.output()).isGreaterThanOrEqualTo(300);
        if (host().holds("memory")) {
            // What df(1) promised could be written: size and files at hand, in KiB.
            assertThat(Long.parseLong(parts[2]) >> 10)
                    .as(looked.output())
                    .isLessThanOrEqualTo(Long.parseLong(parts[0]) + 2);
            assertThat(Long.parseLong(parts[4])).as(looked.output()).isLessThan(1024);
        }
        assertThat(run("cat /workspace/kept; rm " + file + "; [ -e " + file + " ] || echo gone; echo new > " + file
                                + "; cat " + file)
                        .output())
                .isEqualTo("kept\ngone\nnew\n");
    }

    @Test
    void manyFilesAreToldAndDeleted() throws SandboxException {
        assumeHostsKernel("gVisor takes minutes for so many files");
        assumePerl();
        String take = "open(F, q(>), q(/workspace/) . (q(n) x 240) . $n)";

        assertThat(runLong(untilFull(take)).output()).endsWith(" " + NO_SPACE + "\n");
        requireThatCommandsRun();
        assertThat(runLong("ls /workspace | head -n 1 | wc -l; find /workspace -type f -delete; ls /workspace | wc -l")
                        .output())
                .isEqualTo("1\n0\n");
        requireThatCommandsRun();
    }

    /** Files and all that is beside them, at once. */
    @Test
    void allOfItAtOnceIsToldAndDeleted() throws SandboxException {
        assumeHostsKernel("gVisor takes minutes for so many files");
        assumePerl();
        String sparse = "perl -e 'for my $f (1..1000) { open(F, q(>), qq(/workspace/s$f)) or last; for my $p (1..64) {"
                + " sysseek(F, $p << 29, 0); syswrite(F, q(x)) or exit; } }'";
        String small = untilFull("open(F, q(>), q(/tmp/) . (q(n) x 240) . $n)");

        runLong(sparse + "; head -c 700M /dev/zero 2>/dev/null > /dev/shm/big; " + small);

        requireThatCommandsRun();
        assertThat(runLong("find /workspace /dev/shm /tmp -type f -delete; echo new > f; cat f; ls /tmp")
                        .output())
                .isEqualTo("new\n");
    }

    @Test
    void aFileIsNoLongerThanItsPagesCanBeFound() throws SandboxException {
        assumeHostsKernel("gVisor finds them in its own way");
        assumePerl();

        Ran far = run("truncate -s 60G sparse && perl -e 'open(F, q(>), q(far)); $SIG{XFSZ} = q(IGNORE);"
                + " sysseek(F, 1 << 40, 0); syswrite(F, q(x)) or print $! + 0'");

        assertThat(far.output()).isEqualTo("27");
    }

    @Test
    void memoryOfAFileWithoutANameIsWhoHoldsIt() throws SandboxException {
        assumeHostsKernel("gVisor ends as a whole for want of memory");
        assumePerl();
        String hold = "my $n = qq(x\\0); my $f = syscall(319, $n, 0); open(F, qq(+>&=$f)); my $b = q(x) x (1 << 20);"
                + " open(M, q(>/tmp/held)); for (1..700) { syswrite(F, $b) or last; syswrite(M, q(x)); }";

        Ran held = runLong("perl -e '" + hold + "'; echo $?");
        requireThatCommandsRun();
        runLong("perl -e '" + hold
                + " open(E, q(>/tmp/end)); sleep 90' & until [ -e /tmp/end ] || ! kill -0 $!; do :; done");
        requireThatCommandsRun();

        if (host().holds("memory")) {
            assertThat(held.output()).endsWith("137\n");
        }
    }

    /** Of System V: what no process owns stays until it is removed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shm | defined($i = shmget(0, 4 << 20, 01600)) && shmwrite($i, q(x) x (4 << 20), 0, 4 << 20)",
                "shm | defined(shmget(0, 1, 01600))",
                "msg | defined($q = msgget(0, 01600)) && eval { 1 while msgsnd($q, pack(q(q), 1), 04000); $! = 0; 1 }",
                "sem | defined(semget(0, 1, 01600))",
                "sem | defined(semget(0, 8000, 01600))"
            })
    void whatNoProcessOwnsIsToldAndDeleted(String kind, String take) throws SandboxException {
        assumeHostsKernel("gVisor has no bounds of these");
        assumePerl();

        Ran full = runLong(untilFull(take));

        assertThat(full.output()).endsWith(" " + NO_SPACE + "\n");
        requireThatCommandsRun();
        String left = "tail -n +2 /proc/sysvipc/" + kind;
        String call = kind.equals("shm") ? "shmctl" : kind.equals("msg") ? "msgctl" : "semctl";
        String arguments = kind.equals("sem") ? "$F[1], 0, 0, 0" : "$F[1], 0, 0";
        assertThat(runLong("[ $(" + left + " | wc -l) -gt 0 ] && " + left + " | perl -lane '" + call + "(" + arguments
                                + ")'; " + left + " | wc -l")
                        .output())
                .isEqualTo("0\n");
        assertThat(runLong(untilFull(take)).output()).isEqualTo(full.output());
    }

    @Test
    void queuesOfPosixAreToldAndGoOn() throws SandboxException {
        assumeHostsKernel("gVisor has its own");
        assumePerl();
        String take =
                "(my $d = syscall(240, my $q = qq(q$n\\0), 0102, 0600, my $a = pack(q(q8), 0, 10, 8192, 0, 0, 0, 0, 0))) >= 0"
                        + " && eval { my $t = q(x) x 8192; my $o = pack(q(q2), 0, 0); syscall(242, $d, $t, 8192, 0, $o) for 1..9;"
                        + " syscall(3, $d); 1 }";

        assertThat(runLong(untilFull(take)).output()).doesNotStartWith("0 ");
        requireThatCommandsRun();
    }

    /** Of the sandbox's root: whoever counts all sandboxes' processes as his own has but the group. */
    private void assumeProcessesAreCounted() {
        assumeHostsKernel("gVisor counts none");
        assumeTrue(!host().isRootTheHostsRoot(), "the host's root has as many as he likes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i=0; while [ $i -lt 400 ]; do sleep 90 & i=$((i+1)); done",
                "perl -e 'while (1) { fork }' & exit 0",
                "b() { b | b & }; b; exit 0",
                "perl -e 'fork for 1..9; sleep 90' & exit 0"
            })
    void processesThatStayLeaveRoomForTheNextCommand(String fill) throws SandboxException {
        assumeProcessesAreCounted();
        assumePerl();

        runLong("(" + fill + ") > /dev/null 2>&1");

        requireThatCommandsRun();
        run("kill -KILL -1");
        requireThatCommandsRun();
    }

    /** A service of the task's, say, beside which the others run. */
    @Test
    void processesThatStayLeaveRoomBesideOthersToo() throws SandboxException {
        assumeProcessesAreCounted();
        run("(i=0; while [ $i -lt 20 ]; do sleep 90 & i=$((i+1)); done) > /dev/null 2>&1");

        run("(i=0; while [ $i -lt 400 ]; do sleep 90 & i=$((i+1)); done) > /dev/null 2>&1");

        requireThatCommandsRun();
    }

    @Test
    void processesOfSeveralUsersMakeRoomForTheNextCommand() throws SandboxException {
        assumeProcessesAreCounted();
        assumeTrue(!host().isKeeperInside(), "a keeper inside does not see the group");
        assumeTrue(host().holds("users") && host().holds("pids"), "there is but one user, or no group that counts");
        String fill = "(i=0; while [ $i -lt 400 ]; do sleep 90 & i=$((i+1)); done) > /dev/null 2>&1";
        run(sandbox, as("nobody", fill));
        run(sandbox, as("1", fill));
        run(fill);

        requireThatCommandsRun();
    }
}
