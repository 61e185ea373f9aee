package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts, and containers around the server, in which sandboxes can't be made: one sentence says what to allow. */
class RefusedHostIT {
    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void makeDataFolder() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
    }

    /** What {@link #main} prints, run by that shell text, of which it is the arguments. */
    private String start(String wrapper, String... namespaces) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> words = new ArrayList<>(List.of("unshare"));
        words.addAll(List.of(namespaces));
        words.addAll(List.of("sh", "-c", wrapper, "sh"));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        words.addAll(List.of(RefusedHostIT.class.getName(), data.toString()));
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(data.resolve("run")).isEmptyDirectory();
        return text;
    }

    @Test
    void namespacesThatAreRefused() throws Exception {
        // In a changed root nobody may make a user namespace (clone(2), EPERM): as the seccomp profile of a container.
        String changedRoot = "mkdir " + folder + "/root && mount --rbind / " + folder + "/root && exec chroot " + folder
                + "/root \"$@\"";

        assertThat(start(changedRoot, "--mount"))
                .contains("This host refuses new user namespaces")
                .contains("--security-opt seccomp=unconfined");
    }

    @Test
    void namespacesThatAreUsedUp() throws Exception {
        String none = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"";

        assertThat(start(none, "--user", "--map-root-user"))
                .contains("No more user namespaces are allowed: raise the sysctl user.max_user_namespaces");
    }

    @Test
    void aMaskedProc() throws Exception {
        // The kernel lets a sandbox see what any whole /proc shows; a chroot on this machine may have one too.
        String others = "awk '$3 == \"proc\" && $2 != \"/proc\" { print $2 }' /proc/self/mounts | xargs -r umount -l";
        String masked = others + " && mount -t tmpfs none /proc/fs && exec \"$@\"";

        assertThat(start(masked, "--mount")).contains("hides parts of /proc").contains("systempaths=unconfined");
    }

    @Test
    void rootOfAContainerWithOneUserIdMakesSandboxesLikeAPlainUser() throws Exception {
        assertThat(start("exec \"$@\"", "--user", "--map-root-user")).contains("started: {sandbox=true, kill=true");
    }

    /** Starts a backend in that folder, ends it, and prints what came of it. */
    public static void main(String[] arguments) {
        try {
            LocalBackend backend = LocalBackend.start(
                    new LocalConfig(Path.of(arguments[0]), 1L << 28, 64, false, Optional.empty(), Optional.empty(), 2),
                    Runnable::run);
            System.out.println("started: " + backend.guarantees().held());
            backend.close();
        } catch (IOException refused) {
            System.out.println(refused.getMessage());
        }
    }
}
