package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskCatalogueTest {
    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private TaskCatalogue catalogue;
    private int stamp;

    @BeforeEach
    void open() {
        catalogue = new TaskCatalogue(List.of(new TaskFolder(folder)), clock);
    }

    private void write(String place, String org, String version, boolean isPublic, String instruction)
            throws IOException {
        Path file = folder.resolve(place).resolve("task.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "org: " + org + "\nname: web\nversion: " + version + "\nis_public: " + isPublic + "\ninstruction: \""
                        + instruction + "\"\nverification: {method: none}\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.plusSeconds(++stamp)));
        clock.advance(Duration.ofSeconds(2));
    }

    private Optional<TaskDefinition> resolve(String ref, String org) {
        return catalogue.resolve(TaskRef.parse(ref).orElseThrow(), org);
    }

    @Test
    void theBuiltInShellIsThereForEverybody() {
        assertThat(resolve("shell", "anybody"))
                .get()
                .extracting(TaskDefinition::isPublic)
                .isEqualTo(true);
    }

    @Test
    void theHighestVersionIsTheLatest() throws IOException {
        write("a", "acme", "1.9.0", true, "old");
        write("b", "acme", "1.10.0", true, "new");

        assertThat(resolve("web", "acme"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("new");
        assertThat(resolve("web@1.9.0", "other"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("old");
    }

    @Test
    void theCallersOwnTaskComesBeforeAPublicOne() throws IOException {
        write("a", "acme", "1.0.0", true, "of acme");
        write("b", "own", "0.1.0", false, "of own");

        assertThat(resolve("web", "own"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("of own");
        assertThat(resolve("web", "third"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("of acme");
    }

    @Test
    void aPrivateTaskIsNobodyElses() throws IOException {
        write("a", "acme", "1.0.0", false, "secret");

        assertThat(resolve("web", "other")).isEmpty();
        assertThat(resolve("acme/web", "other")).isEmpty();
        assertThat(resolve("acme/web", "acme")).isPresent();
    }

    @Test
    void aBrokenFileLeavesTheLastGoodVersion() throws IOException {
        write("a", "acme", "1.0.0", true, "good");
        assertThat(resolve("web", "acme")).isPresent();
        Files.writeString(folder.resolve("a/task.yaml"), "name: [broken\n");
        clock.advance(Duration.ofSeconds(2));

        assertThat(resolve("web", "acme"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("good");
    }

    @Test
    void aKnownVersionNeverChanges() throws IOException {
        write("a", "acme", "1.0.0", true, "first");
        assertThat(resolve("web", "acme")).isPresent();
        write("a", "acme", "1.0.0", true, "second");

        assertThat(resolve("web", "acme"))
                .get()
                .extracting(TaskDefinition::instruction)
                .isEqualTo("first");
    }

    @Test
    void aBrokenFileIsToldWithItsLine() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> TaskFile.parse(
                        "name: x\nversion: 1.0.0\n  bad: indent\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        folder,
                        Instant.EPOCH)))
                .hasMessageStartingWith("line 3");
    }
}
