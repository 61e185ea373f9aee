package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The keeper's sources and what can be made of them. */
final class KeeperSources {
    private static final String FOLDER = "src/main/c";

    private KeeperSources() {}

    /**
     * Makes a target, with variables of its own if it has any, into the folder; returns what was printed. Needs make
     * and gcc, which a developer's machine may lack.
     */
    static String make(String target, Path folder, String... variables) throws IOException, InterruptedException {
        assumeTrue(Stream.of("make", "gcc").allMatch(KeeperSources::isInstalled), "make and gcc are not installed");
        List<String> words =
                new ArrayList<>(List.of("make", "-s", "-C", FOLDER, "OUT=" + folder.toAbsolutePath(), target));
        words.addAll(List.of(variables));
        Process make = new ProcessBuilder(words).redirectErrorStream(true).start();
        String printed = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(make.waitFor()).as(printed).isZero();
        return printed;
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.exists(Path.of(folder, program)));
    }
}
