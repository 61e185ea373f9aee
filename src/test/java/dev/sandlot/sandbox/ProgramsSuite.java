package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real programs of the host in a sandbox whose image is the host: each finds the files that go with it, and its limits. */
public abstract class ProgramsSuite extends SandboxSuite {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CLASS =
            "public class A { public static void main(String[] a) throws Exception { System.out.println("
                    + "java.security.MessageDigest.getInstance(\"SHA-256\").getAlgorithm() + \" \""
                    + " + Runtime.getRuntime().availableProcessors() + \" \""
                    + " + Runtime.getRuntime().maxMemory() / 1048576); } }";

    private void assumeProgram(String program) throws SandboxException {
        assumeTrue(run("command -v " + program).outcome().equals(exited(0)), "the host has no " + program);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "javac | cd /tmp && echo 'class B {}' > B.java && javac -J-Xmx64m B.java && ls B.class | B.class",
                "openssl | cd /tmp && openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -subj /CN=x 2>/dev/null && openssl x509 -in c -noout -subject | x",
                "ldconfig | ldconfig && echo linked | linked",
                "update-alternatives | update-alternatives --display awk | awk",
                "getent | getent passwd root; getent group root | root:x:0:",
                "getent | getent services http | 80/tcp",
                "getent | getent protocols tcp | tcp",
                "perl | perl -MPOSIX -e 'print POSIX::floor(42.5)' | 42",
                "python3 | python3 -c 'import ssl, sqlite3; print(len(ssl.create_default_context().get_ca_certs()) > 10)' | True",
                "git | cd /tmp && git init -q g && cd g && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --format=%s | x",
                "psql | psql --version | PostgreSQL",
                "ssh-keygen | ssh-keygen -q -t ed25519 -N '' -f /tmp/key && cat /tmp/key.pub | ssh-ed25519",
                "tar | cd /tmp && echo x > f && tar czf f.tgz f && tar tzf f.tgz | f",
                "make | cd /tmp && printf 'all:\\n\\t@echo made\\n' > Makefile && make -s | made",
                "gcc | cd /tmp && printf 'int main(void){return 7;}' > a.c && gcc a.c && ./a.out; echo $? | 7",
                "tmux | tmux new -d 'sleep 5' && tmux ls | 1 windows",
                "sqlite3 | sqlite3 :memory: 'select 6*7' | 42",
                "sh | . /etc/os-release && echo $NAME. | ."
            })
    void aProgramFindsWhatItNeeds(String program, String command, String expected) throws SandboxException {
        assumeProgram(program);

        assertThat(run(sandbox, spec(command, LONG)).output()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"su, su nobody -c 'id -u'", "su, su -s /bin/sh nobody -c 'id -u'", "runuser, runuser -u nobody -- id -u"
    })
    void rootBecomesSomebodyElse(String program, String command) throws SandboxException {
        assumeProgram(program);
        assumeTrue(host().holds("users"), "its sandboxes have one user");

        assertThat(run(command).output()).isEqualTo("65534\n");
    }

    @Test
    void theFoldersOfTheStandardAreThere() throws SandboxException {
        String folders =
                "/boot /dev /etc/opt /home /media /mnt /opt /proc /root /run/lock /srv /sys /tmp /usr /var/cache"
                        + " /var/lib/misc /var/local /var/lock /var/log /var/mail /var/opt /var/run /var/spool /var/tmp /workspace";

        assertThat(run("for i in " + folders + "; do [ -d $i ] || echo $i; done")
                        .output())
                .isEmpty();
    }

    @Test
    void theHostsFilesAreThereToBeChanged() throws SandboxException {
        assertThat(run("echo mine > /etc/services && cat /etc/services && touch /etc/new /var/log/new && echo ok")
                        .output())
                .isEqualTo("mine\nok\n");
        SandboxId other = newSandbox();
        try {
            assertThat(run(other, spec("cat /etc/services; ls /etc/new 2>&1", PATIENCE))
                            .output())
                    .doesNotContain("mine\n");
        } finally {
            backend.destroy(other);
        }
    }

    @Test
    void programsCountTheProcessorsThatTheyMayUse() throws SandboxException {
        assumeTrue(!host().isKeeperInside(), "a runtime has a /sys of its own");

        assertThat(run("nproc; getconf _NPROCESSORS_ONLN; ls -d /sys/devices/system/cpu/cpu[0-9]*")
                        .output())
                .isEqualTo("1\n1\n/sys/devices/system/cpu/cpu0\n");
    }

    @Test
    void aJvmTakesItsShareOfTheSandboxAndNotOfTheHost() throws SandboxException {
        assumeProgram("java");
        assumeTrue(!host().isKeeperInside(), "a runtime has a /sys of its own");
        assumeTrue(host().holds("memory"), "no control group holds the memory");

        String output = run(sandbox, spec("cd /tmp && echo '" + CLASS + "' > A.java && java A.java", LONG))
                .output();

        assertThat(output).startsWith("SHA-256 1 ");
        assertThat(Long.parseLong(output.strip().split(" ", -1)[2]) << 20)
                .isLessThanOrEqualTo(LIMITS.memoryBytes() / 2);
    }

    @Test
    void whatTellsOfTheLimitsCanBeReadAndNothingElse() throws SandboxException {
        assumeTrue(!host().isKeeperInside(), "a runtime has a /sys of its own");

        assertThat(run("ls /sys; touch /sys/x 2>/dev/null || echo read-only").output())
                .isEqualTo("devices\nfs\nread-only\n");
        if (host().holds("memory")) {
            String limit = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null";
            assertThat(run(limit).output()).isEqualTo(LIMITS.memoryBytes() + "\n");
            String change = "for i in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"
                    + " /sys/fs/cgroup/*/cgroup.procs; do echo 0 > $i && echo $i; done 2>/dev/null; echo done";
            assertThat(run(change).output()).isEqualTo("done\n");
        }
    }

    @Test
    void neighboursAreNotToBeSeenInTheControlGroups() throws SandboxException {
        SandboxId other = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(other, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5)));
        try {
            assertThat(
                            run("find /sys /proc/self/cgroup /proc/self/mountinfo -type f | xargs cat 2>/dev/null; find /sys")
                                    .output())
                    .doesNotContain(other.toString());
        } finally {
            backend.destroy(other);
        }
    }
}
