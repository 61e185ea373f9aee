package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Escape by a name: whom a command may be, and that what is the host's belongs to nobody whom it may be. */
@Tag("escape")
public abstract class IdentitySuite extends SandboxSuite {
    private static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom", "tty");

    private void assertRefused(String user) {
        assertThatThrownBy(() -> run(sandbox, as(user, "cat /proc/self/status")))
                .as(user)
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        refused -> assertThat(refused.neverRan()).isTrue());
    }

    /**
     * Ids that no sandbox has. To setresuid(2) -1 says "stay who you are", which is the host's root at that moment; others
     * become that number, or a small one, when they are cut to 32 bits.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "4294967295",
                "4294967294",
                "4294967296",
                "18446744073709551615",
                "18446744073709551616",
                "-4294967295",
                "2147483648",
                "65537",
                "0x0",
                "+0",
                " 0",
                "0 ",
                "",
                ":",
                ":0",
                "0:",
                "root:-1",
                "root:4294967295",
                "0:4294967295",
                "0:4294967296",
                "0:18446744073709551615",
                "0:65537",
                "1000:-1",
                "1000:4294967295"
            })
    void anIdThatNoSandboxHasIsRefused(String user) {
        assertRefused(user);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghost:x:-1:0::/:/bin/sh",
                "ghost:x:4294967295:0::/:/bin/sh",
                "ghost:x:4294967296:0::/:/bin/sh",
                "ghost:x:18446744073709551615:0::/:/bin/sh",
                "ghost:x:65537:0::/:/bin/sh",
                "ghost:x:0:-1::/:/bin/sh",
                "ghost:x:0:4294967295::/:/bin/sh",
                "ghost:x:0:4294967296::/:/bin/sh",
                "ghost:x::0::/:/bin/sh",
                "ghost:x: 0:0::/:/bin/sh",
                "ghost:x:0"
            })
    void anEntryOfPasswdGivesNoIdThatNoSandboxHas(String entry) throws SandboxException {
        run("echo '" + entry + "' >> /etc/passwd");

        assertRefused("ghost");
        assertRefused("ghost:root");
        assertRefused("4294967295");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ghosts:x:-1:", "ghosts:x:4294967295:", "ghosts:x:4294967296:", "ghosts:x:65537:", "ghosts:x::"})
    void anEntryOfGroupGivesNoIdThatNoSandboxHas(String entry) throws SandboxException {
        run("echo '" + entry + "' >> /etc/group");

        assertRefused("root:ghosts");
        assertRefused("0:ghosts");
        assertRefused("root:4294967295");
    }

    /** Told by the kernel, all four of each: nothing of whoever the keeper is has stayed with the command. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1000", "65534", "65535", "1000:3000", "nobody", "nobody:nogroup"})
    void aCommandIsItsUserAndNobodyElse(String user) throws SandboxException {
        assumeTrue(user.equals("0") || host().holds("users"), "a sandbox has one user here");
        String uid = user.startsWith("nobody") ? "65534" : user.split(":", 2)[0];
        String gid = user.equals("1000:3000") ? "3000" : uid;

        assertThat(run(sandbox, as(user, "grep -E '^(Uid|Gid):' /proc/self/status"))
                        .output())
                .isEqualTo("Uid:\t%1$s\t%1$s\t%1$s\t%1$s\nGid:\t%2$s\t%2$s\t%2$s\t%2$s\n".formatted(uid, gid));
    }

    @Test
    void theNamesOfTheSandboxCount() throws SandboxException {
        assumeTrue(host().holds("users"), "a sandbox has one user here");
        // Behind more than is read at once, and with a line that is longer than any.
        run(
                "(yes '# a remark' | head -n 1000; printf 'long:x:1:'; head -c 9000 /dev/zero | tr '\\0' x; echo;"
                        + " echo 'robot:x:1234:1235:Robot:/home/robot:/bin/sh') >> /etc/passwd;"
                        + " (printf 'many:x:77:'; head -c 9000 /dev/zero | tr '\\0' x; echo; echo 'crew:x:1236:robot') >> /etc/group");

        String who = "echo $(id -u):$(id -g) $HOME";
        assertThat(run(sandbox, as("robot", who)).output()).isEqualTo("1234:1235 /home/robot\n");
        assertThat(run(sandbox, as("1234", who)).output()).isEqualTo("1234:1235 /home/robot\n");
        assertThat(run(sandbox, as("robot:crew", who)).output()).isEqualTo("1234:1236 /home/robot\n");
        assertThat(run(sandbox, as("robot:many", who)).output()).isEqualTo("1234:77 /home/robot\n");
        assertThat(run(sandbox, as("robot:5", who)).output()).isEqualTo("1234:5 /home/robot\n");
        assertRefused("long");
        assertRefused("robot:nowhere");
    }

    /** What the host's side reads in the sandbox may be anything: what never ends, what nobody writes, a link to itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mkfifo /etc/passwd",
                "mkdir /etc/passwd",
                "ln -s passwd /etc/passwd",
                "ln -s /dev/zero /etc/passwd",
                "ln -s /proc/self/fd/1 /etc/passwd",
                "truncate -s 60M /etc/passwd",
                "head -c 30000000 /dev/zero > /etc/passwd"
            })
    void aTrapInTheUsersFileHoldsUpNobody(String trap) throws SandboxException {
        run("rm -f /etc/passwd; " + trap);

        assertRefused("nobody");
        assertThat(run("echo alive").output()).isEqualTo("alive\n");
    }

    @Test
    void aTrapInTheGroupsFileHoldsUpNobody() throws SandboxException {
        run("rm -f /etc/group; ln -s /dev/zero /etc/group");

        assertRefused("root:nogroup");
        assertRefused("0:0");
    }

    private Ran beginning(String user, String workdir, String command) throws SandboxException {
        assumeTrue(host().holds("users"), "a sandbox has one user here");
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(
                id, List.of(), workdir, LIMITS, Duration.ofMinutes(5), Optional.empty(), Optional.of(user)));
        try {
            return run(id, as(user, command));
        } finally {
            backend.destroy(id);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, /workspace",
        "nobody, /srv/new/work/",
        "1000, /workspace",
        "1000:3000, /srv/work",
        "nobody:nogroup, /tmp/work",
        "nobody, /workspace/below"
    })
    void whatIsMadeForCommandsIsTheirUsers(String user, String workdir) throws SandboxException {
        String command =
                "pwd; echo fine > file && cat file && mkdir sub && chmod 0700 . && [ -O . ] && [ -G . ] && echo mine;"
                        + " echo fine > /workspace/other && cat /workspace/other";

        assertThat(beginning(user, workdir, command).output())
                .isEqualTo(workdir.replaceAll("/$", "") + "\nfine\nmine\nfine\n");
    }

    @Test
    void whatTheImageHasAndWhatIsOnTheWayStayRoots() throws SandboxException {
        String owner = "[ -O . ] || echo root; touch here 2>/dev/null || echo refused";

        assertThat(beginning("nobody", "/opt", owner).output()).isEqualTo("root\nrefused\n");
        assertThat(beginning("nobody", "/opt/new/work", "[ -O .. ] || echo root")
                        .output())
                .isEqualTo("root\n");
        assertThat(run("[ -O /workspace ] && echo root").output()).isEqualTo("root\n");
    }

    /** It may be the first command, or a task's own script, that makes him. */
    @Test
    void aUserWhoIsNotThereYetLeavesTheFolderToRoot() throws SandboxException {
        SandboxId id = new SandboxId(UUID.randomUUID());
        backend.create(new SandboxSpec(
                id, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5), Optional.empty(), Optional.of("robot")));
        try {
            assertThat(run(id, spec("[ -O . ] && echo fine > file && cat file", PATIENCE))
                            .output())
                    .isEqualTo("fine\n");
        } finally {
            backend.destroy(id);
        }
    }

    private static Map<String, String> hostsDevices() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String device : DEVICES) {
            Map<String, Object> status =
                    Files.readAttributes(Path.of("/dev", device), "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
            found.put(device, new TreeMap<>(status).toString());
        }
        return found;
    }

    /**
     * By name and by descriptor; a command that is the host's root, or whoever has those nodes, would succeed, and change
     * nothing all the same: this must be harmless where it fails.
     */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1000", "65534", "-1", "4294967295"})
    void theHostsDevicesStayAsTheyAre(String user) throws Exception {
        Map<String, String> before = hostsDevices();
        String all = "for d in " + String.join(" ", DEVICES) + "; do chmod 0666 /dev/$d && echo mode $d;"
                + " chown 0:0 /dev/$d && echo owner $d; touch -d 2001-01-01 /dev/$d && echo time $d;"
                + " mv /dev/$d /dev/moved && echo name $d; rm -f /dev/$d && echo gone $d; done 2>/dev/null;"
                + " chmod 0666 /proc/self/fd/0 2>/dev/null && echo mode stdin;"
                + " chown 0:0 /proc/self/fd/0 2>/dev/null && echo owner stdin;"
                + " echo x > /dev/null && head -c 1 /dev/zero | wc -c";
        String output;
        try {
            output = run(sandbox, as(user, all)).output();
        } catch (SandboxException refused) {
            output = "1\n";
        }

        assertThat(hostsDevices()).isEqualTo(before);
        // A kernel of the sandbox's own has devices of its own.
        if (!host().hasOwnKernel()) {
            assertThat(output).isEqualTo("1\n");
        }
    }

    @Test
    void theHostsDevicesTakeWhatIsWritten() throws SandboxException {
        String full = "(echo x > /dev/full) 2>/dev/null || echo full; head -c 3 /dev/urandom | wc -c";

        assertThat(run("echo x > /dev/null && echo x >> /dev/zero && echo fine; " + full)
                        .output())
                .isEqualTo("fine\nfull\n3\n");
    }
}
