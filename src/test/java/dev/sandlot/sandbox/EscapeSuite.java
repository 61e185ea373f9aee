package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Escape: the known ways out of a sandbox, tried from within. Each case says what it tries and how it knows. */
@Tag("escape")
public abstract class EscapeSuite extends SandboxSuite {
    @Test
    void aCommandSeesNothingOfTheHost() throws SandboxException {
        assertThat(run("cat /proc/1/cmdline | tr -d '\\0'").output()).doesNotContain("/");
        assertThat(run("ls /home /root; ls -d /proc/1/root/ 2>&1").output())
                .contains(host().hasOwnKernel() ? "" : "Permission denied");
        assertThat(run("cat /proc/net/dev | grep -c :").output()).isEqualTo("1\n");
        assertThat(run("env | cut -d= -f1 | sort | tr '\\n' ' '").output()).isEqualTo("HOME LANG PATH PWD ");
    }

    @Test
    void aCommandCannotGainRights() throws SandboxException {
        assertThat(run("unshare -U true").outcome()).isNotEqualTo(exited(0));
        assertThat(run("mkdir -p /tmp/m && mount -t tmpfs none /tmp/m").outcome())
                .isNotEqualTo(exited(0));
        assertThat(run("echo x > /proc/sys/kernel/osrelease").outcome()).isNotEqualTo(exited(0));
        String confined = run("grep -E 'NoNewPrivs|Seccomp:' /proc/self/status").output();
        if (host().hasOwnKernel()) {
            // Its devices and its host name are its own, and it does not say whether new privileges are forbidden.
            assertThat(confined).isEqualTo("Seccomp:\t2\n");
        } else {
            assertThat(run("mknod /tmp/sda b 8 0").outcome()).isNotEqualTo(exited(0));
            assertThat(run("echo x > /proc/sys/kernel/hostname").outcome()).isNotEqualTo(exited(0));
            assertThat(confined).isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
        }
    }

    @Test
    void killingPid1DoesNothing() throws SandboxException {
        assumeHostsKernel("gVisor lets commands kill PID 1: the sandbox ends");
        run("kill -9 1; kill -STOP 1; kill -9 -1");

        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @Test
    void oneSandboxSeesNothingOfAnother() throws SandboxException {
        assumeFilesAreListed();
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

    private static ExecSpec in(String folder, String command) {
        return ExecSpec.of(new ExecId(UUID.randomUUID()), command, PATIENCE).withCwd(Optional.of(folder));
    }

    /** A kernel's file that is open to a container's root by default: writing it must fail, in whatever way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/sysrq-trigger",
                "/proc/sys/kernel/core_pattern",
                "/proc/sys/kernel/modprobe",
                "/proc/sys/kernel/hotplug",
                "/proc/sys/vm/overcommit_memory",
                "/proc/sys/fs/binfmt_misc/register",
                "/proc/irq/default_smp_affinity",
                "/proc/bus/pci/00/00.0",
                "/proc/1/oom_score_adj",
                "/proc/1/mem",
                "/sys/fs/cgroup/cgroup.procs",
                "/sys/fs/cgroup/release_agent",
                "/sys/kernel/uevent_helper",
                "/sys/power/state"
            })
    void aFileOfTheKernelTakesNothing(String file) throws SandboxException {
        assumeTrue(!host().hasOwnKernel() || !file.startsWith("/proc/1/"), "gVisor shows PID 1, which is the keeper");
        // A keeper inside, or PID 1 as the host's root sees it, may be offered to the kernel for want of memory, which
        // ends
        // the sandbox; saved from that it may not be.
        boolean offered = host().isKeeperInside() || host().isRootTheHostsRoot();
        String text = offered && file.endsWith("oom_score_adj") ? "-1000" : "0";
        assertThat(run("echo " + text + " 2>/dev/null > " + file).outcome()).isNotEqualTo(exited(0));
    }

    /** Devices of the host, and those that a command would make of a file: none is more than that file. */
    @Test
    void theDevicesAreTheHarmlessOnes() throws SandboxException {
        assumeHostsKernel("gVisor's devices are its own");
        assertThat(
                        run("for f in /dev/* /dev/pts/*; do if [ ! -L $f ] && [ -c $f -o -b $f ]; then echo $f; fi; done | tr '\\n' ' '")
                                .output())
                .isEqualTo("/dev/full /dev/null /dev/random /dev/tty /dev/urandom /dev/zero /dev/pts/ptmx ");
    }

    /** PID 1 is the keeper's child: whoever traced it would have its rights. */
    @Test
    void pid1CannotBeTraced() throws SandboxException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");

        for (int request : new int[] {16, 0x4206}) {
            assertThat(run("perl -e '$r = syscall(101, " + request + ", 1, 0, 0); print $r < 0 ? $! + 0 : \"done\"'")
                            .output())
                    .isEqualTo("1");
        }
    }

    /** What tells of the host, or of its keys: empty, or not to be read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/kcore",
                "/proc/keys",
                "/proc/timer_list",
                "/proc/sched_debug",
                "/proc/latency_stats",
                "/proc/1/environ",
                "/proc/1/maps",
                "/sys/firmware/dmi/tables/DMI"
            })
    void aFileThatTellsOfTheHostIsEmpty(String file) throws SandboxException {
        assumeTrue(!host().hasOwnKernel() || !file.startsWith("/proc/1/"), "gVisor shows PID 1, which is the keeper");
        assertThat(run("head -c 100 " + file + " 2>/dev/null | wc -c").output()).isEqualTo("0\n");
    }

    /** Mounts, namespaces and roots by the usual programs: each must fail. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t proc proc /tmp",
                "mount -t cgroup2 none /tmp",
                "mount -t overlay overlay -o lowerdir=/usr,upperdir=/tmp,workdir=/tmp /tmp",
                "mount --bind / /tmp",
                "mount -o remount,rw /proc/sys",
                "umount /proc/kcore",
                "umount -l /",
                "unshare -Ur true",
                "unshare -m true",
                "unshare -p true",
                "unshare -n true",
                "nsenter -t 1 -m true",
                "chroot / true",
                "mknod /tmp/x c 1 1",
                "mknod /tmp/x b 8 0",
                "hostname changed",
                "date -s 2001-01-01"
            })
    void aProgramForMountsAndNamespacesFails(String command) throws SandboxException {
        assumeTrue(!host().hasOwnKernel() || !command.startsWith("mknod"), "gVisor's devices are its own");
        assertThat(run(command + " 2>/dev/null").outcome()).isNotEqualTo(exited(0));
    }

    /**
     * System calls that reach what a sandbox has none of, on x86_64 by number. With arguments of zero an allowed one would
     * succeed or complain of them; a refused one says EPERM or ENOSYS.
     */
    @ParameterizedTest
    @CsvSource({
        "syslog, 103",
        "pivot_root, 155",
        "acct, 163",
        "settimeofday, 164",
        "mount, 165",
        "swapon, 167",
        "reboot, 169",
        "iopl, 172",
        "ioperm, 173",
        "init_module, 175",
        "quotactl, 179",
        "kexec_load, 246",
        "add_key, 248",
        "request_key, 249",
        "keyctl, 250",
        "perf_event_open, 298",
        "open_by_handle_at, 304",
        "setns, 308",
        "finit_module, 313",
        "kexec_file_load, 320",
        "bpf, 321",
        "userfaultfd, 323",
        "io_uring_setup, 425",
        "open_tree, 428",
        "move_mount, 429",
        "fsopen, 430",
        "pidfd_getfd, 438",
        "mount_setattr, 442"
    })
    void aSystemCallForTheKernelsInsidesIsRefused(String name, int number) throws SandboxException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");

        String call = "$r = syscall(" + number + ", 0, 0, 0, 0, 0, 0); print $r < 0 ? $! + 0 : \"done\"";
        assertThat(run("perl -e '" + call + "'").output()).as(name).isIn("1", "38");
    }

    /** A new user namespace would give all capabilities in it: by clone(2) and by clone3(2), which hides its flags. */
    @Test
    void cloneMakesNoNamespace() throws SandboxException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86_64");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");

        String clone =
                "$r = syscall(56, 0x10000000 | 17, 0, 0, 0, 0); exit 0 if $r == 0; print $r < 0 ? $! + 0 : \"done\"";
        String clone3 = "$a = pack(\"Q11\", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0);"
                + " $r = syscall(435, $a, 88); exit 0 if $r == 0; print $r < 0 ? $! + 0 : \"done\"";
        assertThat(run("perl -e '" + clone + "'").output()).isIn("1", "38");
        assertThat(run("perl -e '" + clone3 + "'").output()).isIn("1", "38");
    }

    /** Sockets of families whose code in the kernel has nothing to do with a sandbox; raw ones. */
    @ParameterizedTest
    @CsvSource({"AF_PACKET, 17, 3", "AF_INET raw, 2, 3", "AF_ALG, 38, 5", "AF_VSOCK, 40, 1", "AF_XDP, 44, 3"})
    void aSocketThatReachesPastTheSandboxIsRefused(String name, int family, int type) throws SandboxException {
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");

        assertThat(run("perl -e 'print socket(S, " + family + ", " + type + ", 0) ? \"open\" : \"refused\"'")
                        .output())
                .as(name)
                .isEqualTo("refused");
    }

    /** The same families by pairs: whoever has them in a pair has them. */
    @ParameterizedTest
    @CsvSource({"AF_VSOCK, 40, 1", "AF_TIPC, 30, 5", "AF_ALG, 38, 5", "AF_QIPCRTR, 42, 2", "AF_RDS, 21, 5"})
    void aPairOfSocketsThatReachesPastTheSandboxIsRefused(String name, int family, int type) throws SandboxException {
        assumeHostsKernel("gVisor answers by itself");
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");

        // EAFNOSUPPORT, before the kernel looks for that family's code.
        assertThat(run("perl -e 'print socketpair(A, B, " + family + ", " + type + ", 0) ? \"open\" : $! + 0'")
                        .output())
                .as(name)
                .isEqualTo("97");
        assertThat(run("perl -e 'print socketpair(A, B, 1, 1, 0) ? \"open\" : $! + 0'")
                        .output())
                .isEqualTo("open");
    }

    /**
     * A folder to begin in, given as a link of /proc to what the process that becomes the command has open: descriptors of
     * the keeper would lead to the host (as CVE-2024-21626 did). Wherever it begins is in the sandbox.
     */
    @Test
    void noFolderToBeginInLeadsOut() throws SandboxException {
        assumeFilesAreListed();
        run(
                "for i in $(seq 0 40); do ln -s /proc/self/fd/$i /tmp/fd$i; done; ln -s /proc/1/root /tmp/root; ln -s /proc/1/cwd /tmp/cwd");
        List<String> folders = new ArrayList<>(List.of("/tmp/root", "/tmp/cwd", "/proc/self/cwd", "/proc/self/root"));
        for (int i = 0; i <= 40; i++) {
            folders.add("/proc/self/fd/" + i);
            folders.add("/tmp/fd" + i);
        }

        String root = run("stat -c %d:%i /").output();
        for (String folder : folders) {
            Ran ran = run(sandbox, in(folder, "stat -c %d:%i ."));
            if (!ran.outcome().equals(exited(125))) {
                assertThat(ran.output()).as(folder).isEqualTo(root);
            }
        }
    }

    /** A descriptor that leaks into the command would be a way to what it stands for. */
    @Test
    void aCommandHasThreeDescriptors() throws SandboxException {
        assumeFilesAreListed();
        assertThat(run("ls /proc/self/fd | tr '\\n' ' '").output()).isEqualTo("0 1 2 3 ");
        assertThat(run("readlink /proc/self/fd/0 /proc/self/fd/1 | cut -d: -f1 | tr '\\n' ' '")
                        .output())
                .isEqualTo("/dev/null pipe ");
    }

    /** The program of the keeper, or of PID 1, overwritten from within would run on the host (as CVE-2019-5736 did). */
    @Test
    void theKeepersProgramIsOutOfReach() throws SandboxException {
        assumeHostsKernel("gVisor shows PID 1's descriptors");
        // Of a keeper inside, and to the host's root, it shows which numbers are open, and not what they are.
        String open = host().isKeeperInside() || host().isRootTheHostsRoot()
                ? "(readlink /proc/1/fd/*; ls /proc/1/cwd/)"
                : "ls /proc/1/fd /proc/1/cwd/";
        assertThat(run("readlink /proc/1/exe; cat /proc/1/exe | wc -c; " + open + " | wc -l")
                        .output()
                        .lines()
                        .filter(line -> line.matches("[0-9]+")))
                .containsExactly("0", "0");
    }

    /** Sockets in the abstract name space belong to the network's: the host's are not there. */
    @Test
    void theHostsAbstractSocketsAreNotThere() throws SandboxException {
        assertThat(run("grep -c @ /proc/net/unix").output()).isEqualTo("0\n");
    }

    /** A next sandbox may get the user ids of one that is gone: nothing of that one may be there for it. */
    @Test
    void nothingOfASandboxThatIsGoneIsLeftForTheNext() throws SandboxException {
        assumeFilesAreListed();
        SandboxId gone = newSandbox();
        run(gone, spec("echo secret | tee /tmp/left /dev/shm/left /workspace/left; sleep 92 &", PATIENCE));
        backend.destroy(gone);
        SandboxId next = newSandbox();
        try {
            assertThat(run(next, spec("ls /tmp /dev/shm /workspace | grep -c left", PATIENCE))
                            .output())
                    .isEqualTo("0\n");
            assertThat(count(next, "sleep 9[2]")).isEqualTo("0");
        } finally {
            backend.destroy(next);
        }
    }

    /**
     * A process that sees its parent stopped wakes it, and that one ends: whoever finds trees by their root, and stops it
     * first, has lost the process then.
     */
    @Test
    void aTreeThatWakesItsStoppedRootDiesAtItsTimeout() throws SandboxException {
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
        String script = "my $root = $$; $SIG{USR1} = sub { exit 0 };"
                + " unless (fork()) { setpgrp(0, 0); while (open(my $f, '<', qq(/proc/$root/stat))) { my $s = <$f>; last unless defined $s;"
                + " kill(CONT => $root), kill(USR1 => $root) if $s =~ /\\) T/; last if $s =~ /\\) Z/; }"
                + " exec('sleep', '88'); } sleep 1 while 1;";
        run(sandbox, reading(script, "cat > /tmp/waking"));
        for (int i = 0; i < 5; i++) {
            Duration limit = Duration.ofMillis(host().hasOwnKernel() ? 3000 : 300);

            assertThat(run(sandbox, spec("exec perl /tmp/waking", limit)).outcome())
                    .isEqualTo(new ExecOutcome.TimedOut());
        }
        assertThat(count(sandbox, "sleep 8[8]")).isEqualTo("0");
    }

    /** Each process forks, leads a session, and ends: when it is seen it is gone. */
    @Test
    void aTreeThatNeverStandsStillDiesAtItsTimeout() throws SandboxException {
        assumeTrue(run("perl -e 1").outcome().equals(exited(0)), "perl is not installed");
        String script =
                "use POSIX; unless (fork()) { while (1) { exit 0 if fork(); setsid(); } } sleep 1 while 1; # chain";
        run(sandbox, reading(script, "cat > /tmp/chain"));
        Duration limit = Duration.ofMillis(host().hasOwnKernel() ? 3000 : 300);

        assertThat(run(sandbox, spec("exec perl /tmp/chain", limit)).outcome()).isEqualTo(new ExecOutcome.TimedOut());
        for (int i = 0; i < 5; i++) {
            assertThat(count(sandbox, "perl /tmp/chai[n]")).isEqualTo("0");
        }
    }

    /** What stands between a command and the keeper: where it can be killed, that costs the tree its life no less. */
    @Test
    void aTreeThatKillsItsParentDiesWithIt() throws SandboxException {
        String tree =
                "(setsid sleep 87 &); (sleep 0.1; setsid sleep 87) & [ $PPID -gt 1 ] && kill -KILL $PPID; exec sleep 87";

        ExecOutcome outcome = run(sandbox, spec(tree, Duration.ofMillis(host().hasOwnKernel() ? 3000 : 500)))
                .outcome();

        assertThat(outcome).isIn(new ExecOutcome.TimedOut(), new ExecOutcome.Signalled(9, false));
        assertThat(count(sandbox, "sleep 8[7]")).isEqualTo("0");
        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }
}
