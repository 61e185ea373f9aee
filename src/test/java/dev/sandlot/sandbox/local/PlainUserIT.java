package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link PlainUserContract} as nobody, who may do nothing but read the classes that root has built. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PlainUserIT {
    private static final String KEPT = "-all,+dac_read_search";

    @TempDir
    private Path folder;

    @Test
    void theContractHoldsForAPlainUser() throws IOException, InterruptedException {
        run(PlainUserContract.class, folder);
    }

    /** What /etc/subuid grants him is laid over it where only he sees it. */
    @Test
    void itHoldsForOneWhoWasGrantedMoreIdsToo() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can grant ids");
        assumeTrue(
                Programs.find("newuidmap").isPresent() && Files.exists(Path.of("/etc/subuid")),
                "uidmap is not installed");
        Path granted = Files.writeString(folder.resolve("granted"), "nobody:1000000:65536\n");
        String grant =
                "mount --bind " + granted + " /etc/subuid && mount --bind " + granted + " /etc/subgid && exec \"$@\"";
        List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", grant, "sh"));
        words.addAll(commandLine(PlainUserContract.class, List.of()));

        assertThat(run(words, folder)).anyMatch(line -> line.startsWith("| ") && line.contains(" users "));
    }

    /** His sandboxes' root is himself, and he is the host's root: what is the host's root's must not be theirs. */
    @Test
    void itHoldsForRootOfAContainerWithOneUserId() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root is root of a container");
        List<String> words = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
        words.addAll(javaCommand(PlainUserContract.class));

        run(words, folder);
    }

    /** Runs a class of tests as nobody; none of them may fail. */
    static void run(Class<?> tests, Path folder) throws IOException, InterruptedException {
        run(commandLine(tests, List.of("--bounding-set=" + KEPT)), folder);
    }

    private static List<String> run(List<String> words, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(9, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        List<String> told = Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("as a plain user") || line.startsWith("| "))
                .toList();
        told.forEach(System.out::println);
        return told;
    }

    /** A set-user-id program gets no right that is not in the bounding set. */
    private static List<String> commandLine(Class<?> tests, List<String> bounds) {
        List<String> words = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            words.addAll(List.of("--inh-caps=" + KEPT, "--ambient-caps=" + KEPT));
            words.addAll(bounds);
        }
        words.addAll(javaCommand(tests));
        return words;
    }

    private static List<String> javaCommand(Class<?> tests) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(java, "-cp", classes, PlainUserContract.class.getName(), tests.getName());
    }
}
