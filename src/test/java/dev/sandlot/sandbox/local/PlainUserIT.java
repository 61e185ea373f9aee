package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link PlainUserContract} as nobody, who may do nothing but read the classes that root has built. */
class PlainUserIT {
    private static final String KEPT = "-all,+dac_read_search";

    @TempDir
    private Path folder;

    @Test
    void theContractHoldsForAPlainUser() throws IOException, InterruptedException {
        run(PlainUserContract.class, folder);
    }

    /** Runs a class of tests as nobody; none of them may fail. */
    static void run(Class<?> tests, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(commandLine(tests))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("as a plain user") || line.startsWith("| "))
                .forEach(System.out::println);
    }

    private static List<String> commandLine(Class<?> tests) {
        List<String> words = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            words.addAll(List.of("--inh-caps=" + KEPT, "--ambient-caps=" + KEPT, "--bounding-set=" + KEPT));
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        words.addAll(List.of("-cp", classes, PlainUserContract.class.getName(), tests.getName()));
        return words;
    }
}
