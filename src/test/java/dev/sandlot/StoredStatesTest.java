package dev.sandlot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.records.ExecutionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which states there are is said by their enums: statements get words from there. */
class StoredStatesTest {
    private static final Path SOURCES = Path.of("src/main/java");

    private static Pattern spelled() {
        return Pattern.compile("'(" + words().collect(Collectors.joining("|")) + ")'");
    }

    private static Stream<String> words() {
        return Stream.concat(
                Arrays.stream(EnvironmentState.values()).map(EnvironmentState::word),
                Arrays.stream(ExecutionState.values()).map(ExecutionState::word));
    }

    @Test
    void noStatementSpellsAState() throws IOException {
        List<String> spelled = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (spelled().matcher(Files.readString(file)).find()) {
                    spelled.add(SOURCES.relativize(file).toString());
                }
            }
        }

        assertThat(spelled).isEmpty();
    }
}
