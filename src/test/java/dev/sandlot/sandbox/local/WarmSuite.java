package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSuite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sandboxes of keepers that stood ready. */
abstract class WarmSuite extends SandboxSuite {
    /** All that a command can tell of where it is, but for names and numbers that are each sandbox's own. */
    private static final String FACTS = """
            id; pwd; umask; env | sort; ulimit -a; hostname; ls -a / /dev /workspace /run; ls -ln / | cut -c1-10
            grep -vE '^(Vm|Rss|Pid|Tgid|NStgid|NSpid|NSpgid|NSsid|PPid|Cpus|Mems|Threads|vol|nonvol|Sea|HugetlbPages)' \
                /proc/self/status
            grep -vE '^(Vm|Rss|Cpus|Mems|vol|nonvol|HugetlbPages)' /proc/1/status
            cat /proc/1/cmdline /proc/1/environ /proc/1/oom_score_adj /proc/self/oom_score_adj | tr '\\0' '\\n'
            cut -d' ' -f1-8 /proc/1/stat; ls /proc/1/fd /proc/self/fd; awk '{print $1, $3}' /proc/self/uid_map
            sed 's/^[0-9]* [0-9]* [0-9]*:[0-9]* //; s/[0-9a-f-]\\{36\\}/ID/g; s/master:[0-9]*//; s/,[ug]id=[0-9]*//g' /proc/self/mountinfo
            sed 's/[0-9a-f-]\\{36\\}/ID/g' /proc/self/cgroup /proc/1/cgroup
            for file in $(ls -d /sys/fs/cgroup/*/* | grep -E '(limit_in_bytes|pids.max|cfs_quota_us|memory.max|cpu.max)$')
            do echo "$file $(cat $file)"; done; cat /proc/net/dev | cut -d: -f1
            for file in shmall shmmni msgmni sem hostname; do cat /proc/sys/kernel/$file; done
            cat /proc/sys/user/max_inotify_instances; df -P / /dev /workspace | awk '{print $2, $6}'; grep -c . /proc/mounts
            ps 2>/dev/null | wc -l; ls /proc | grep -E '^[0-9]+$' | head -1
            """;

    private LocalHost host;

    @BeforeEach
    void look(LocalHost local) throws Exception {
        host = local;
        awaitWarm(count -> count == LocalHost.WARM);
    }

    @AfterEach
    void goOn() {
        host.behind().release();
    }

    private void awaitWarm(IntPredicate wanted) throws InterruptedException {
        await(() -> wanted.test(host.local().warm()));
    }

    private static void await(BooleanSupplier wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it comes so far").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Of each the first process and the keeper itself; whoever has just made a sandbox is about to be no child. */
    private static List<ProcessHandle> standing() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").contains("/bin/keeper-"))
                .toList();
    }

    private String facts(SandboxId where) throws Exception {
        return run(where, spec(FACTS, PATIENCE)).output();
    }

    @Test
    void nothingTellsItFromAnyOther() throws Exception {
        host.behind().hold();
        SandboxId warm = newSandbox();
        assertThat(host.local().warm()).as("one of them was taken").isEqualTo(LocalHost.WARM - 1);
        SandboxId second = newSandbox();
        SandboxId cold = newSandbox();
        try {
            String facts = facts(cold);

            assertThat(facts).contains("uid=0").contains("Seccomp:\t2");
            assertThat(facts(warm)).isEqualTo(facts);
            assertThat(facts(second)).isEqualTo(facts);
        } finally {
            for (SandboxId one : List.of(warm, second, cold)) {
                backend.destroy(one);
            }
        }
    }

    @Test
    void itsTimeBeginsWhenItIsAskedFor() throws Exception {
        double asked = uptime(Files.readString(Path.of("/proc/uptime")));

        SandboxId warm = newSandbox();

        try {
            // proc_pid_stat(5): the 22nd field, of which the 20th is behind the name; hundredths of a second.
            String begun = run(warm, spec("sed 's/.*) //' /proc/1/stat | cut -d' ' -f20", PATIENCE))
                    .output()
                    .strip();
            assertThat(Long.parseLong(begun)).isGreaterThanOrEqualTo((long) (asked * 100) - 1);
        } finally {
            backend.destroy(warm);
        }
    }

    private static double uptime(String text) {
        return Double.parseDouble(text.substring(0, text.indexOf(' ')));
    }

    @Test
    void itIsNoSandboxUntilItIsAskedFor() throws Exception {
        assertThat(backend.list()).extracting(Object::toString).hasSize(1);

        assertThat(host.local().warm()).isEqualTo(LocalHost.WARM);
        SandboxId warm = newSandbox();
        assertThat(run(warm, spec("echo fine", PATIENCE)).output()).isEqualTo("fine\n");
        backend.destroy(warm);
    }

    @Test
    void oneThatHasDiedIsPassedOverAndLeavesNothing() throws Exception {
        host.behind().hold();
        await(() -> standing().size() == 2 * LocalHost.WARM);
        List<ProcessHandle> standing = standing();
        standing.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : standing) {
            process.onExit().get(20, TimeUnit.SECONDS);
        }

        SandboxId cold = newSandbox();

        assertThat(run(cold, spec("echo fine", PATIENCE)).output()).isEqualTo("fine\n");
        backend.destroy(cold);
        backend.destroy(newSandbox());
        assertThat(backend.list()).hasSize(1);
        assertThat(host.local().cgroups().sandboxes()).isSubsetOf(sandbox.toString());
    }

    @Test
    void whenItsServerIsGoneItEndsByItself() throws Exception {
        host.behind().hold();
        CgroupLayout groups = host.local().cgroups();
        KeeperStarter starter = host.local().starter();
        SandboxId name = new SandboxId(UUID.randomUUID());
        WarmKeeper keeper = starter.prepare(name);
        boolean hasGroups = !groups.version1().isEmpty();
        assertThat(groups.sandboxes().contains(name.toString())).isEqualTo(hasGroups);

        keeper.process().getOutputStream().close();

        assertThat(keeper.process().waitFor(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(groups.sandboxes()).doesNotContain(name.toString());
    }

    @Test
    void ofOneThatWasKilledNothingIsLeftWhenItsServerStops() {
        host.behind().hold();
        List<ProcessHandle> others = standing();
        Set<SandboxId> names;
        try (WarmKeepers warm = new WarmKeepers(host.local().starter(), 1, Runnable::run)) {
            warm.refill();
            names = warm.names();
            standing().stream().filter(one -> !others.contains(one)).forEach(ProcessHandle::destroyForcibly);
        }

        assertThat(names).hasSize(1);
        assertThat(host.local().cgroups().sandboxes())
                .doesNotContainAnyElementsOf(
                        names.stream().map(SandboxId::toString).toList());
    }
}
