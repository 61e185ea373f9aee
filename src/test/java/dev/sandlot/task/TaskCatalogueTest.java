package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.Faults;
import dev.sandlot.sandbox.SandboxLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskCatalogueTest {
    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private PublishedTasks published;
    private TaskCatalogue catalogue;
    private int stamp;

    @BeforeEach
    void open() {
        PublishPolicy policy = new PublishPolicy(
                List.of(), false, new SandboxLimits(1 << 30, 1000, 256, 1 << 30, 1024), List.of(), 1000, 1 << 30);
        Jdbi jdbi = MemoryDatabase.open().jdbi();
        published = new PublishedTasks(jdbi, new PublishQuota(jdbi, policy));
        catalogue = new TaskCatalogue(List.of(new TaskFolder(folder)), published, List.of("friends", "pals"), clock);
    }

    private void publish(String org, String name, String version, boolean isPublic) {
        String definition = "{\"org\":\"" + org + "\",\"name\":\"" + name + "\",\"version\":\"" + version
                + "\",\"is_public\":" + isPublic + ",\"instruction\":\"published by " + org
                + "\",\"verification\":{}}";
        TaskDefinition task = PublishedTasks.read(definition, clock.instant(), "mallory", new Faults());
        assertThat(published.insert(task, definition)).isTrue();
    }

    private String named(String ref, String org) {
        return resolve(ref, org).map(task -> task.id().toString()).orElse("none");
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
    void whatOthersPublishIsFoundWithTheirNameOnly() {
        publish("acme", "shell", "9.9.9", true);
        publish("acme", "shell", "1.0.0", true);
        publish("acme", "pytest", "1.0.0", true);

        assertThat(named("shell", "zeta")).isEqualTo("sandlot/shell@1.0.0");
        assertThat(named("shell@1.0.0", "zeta")).isEqualTo("sandlot/shell@1.0.0");
        assertThat(named("shell@9.9.9", "zeta")).isEqualTo("none");
        assertThat(named("pytest", "zeta")).isEqualTo("none");
        assertThat(named("acme/shell", "zeta")).isEqualTo("acme/shell@9.9.9");
        assertThat(named("shell", "acme")).isEqualTo("acme/shell@9.9.9");
        assertThat(catalogue.versions("shell", "zeta"))
                .extracting(task -> task.id().key())
                .containsExactly("sandlot/shell");
        assertThat(catalogue.versions("pytest", "zeta")).isEmpty();
    }

    @Test
    void aVersionPublishedBesideAFileOfTheOperatorsIsNotTheOperators() throws IOException {
        write("a", "acme", "1.0.0", true, "of the operator");
        publish("acme", "web", "9.9.9", true);

        assertThat(named("web", "zeta")).isEqualTo("acme/web@1.0.0");
        assertThat(named("web", "acme")).isEqualTo("acme/web@9.9.9");
        assertThat(named("acme/web", "zeta")).isEqualTo("acme/web@9.9.9");
        assertThat(catalogue.versions("web", "zeta")).hasSize(1);
    }

    @Test
    void ofTheSameVersionTheOperatorsCounts() throws IOException {
        publish("acme", "web", "1.0.0", true);
        write("a", "acme", "1.0.0", true, "of the operator");

        assertThat(resolve("acme/web", "zeta"))
                .get()
                .extracting(task -> task.assignment().instruction())
                .isEqualTo("of the operator");
    }

    @Test
    void trustedOrganizationsComeLastAndInTheirOrder() throws IOException {
        publish("pals", "web", "3.0.0", true);
        publish("friends", "web", "2.0.0", true);
        publish("friends", "web", "2.1.0", false);
        assertThat(named("web", "zeta")).isEqualTo("friends/web@2.0.0");

        write("a", "operator", "1.0.0", true, "of the operator");
        assertThat(named("web", "zeta")).isEqualTo("operator/web@1.0.0");
        assertThat(named("web@3.0.0", "zeta")).isEqualTo("pals/web@3.0.0");

        publish("zeta", "web", "0.1.0", false);
        assertThat(named("web", "zeta")).isEqualTo("zeta/web@0.1.0");
    }

    @Test
    void theListHasTheNewestThatTheCallerMaySee() throws IOException {
        publish("acme", "a", "1.9.0", true);
        publish("acme", "a", "1.10.0", true);
        publish("acme", "a", "2.0.0", false);
        publish("zeta", "b", "0.1.0", false);
        write("a", "acme", "1.0.0", false, "of the operator");

        assertThat(catalogue.newest("zeta", true))
                .extracting(task -> task.id().toString())
                .containsExactly("acme/a@1.10.0", "zeta/b@0.1.0", "sandlot/shell@1.0.0");
        assertThat(catalogue.newest("acme", false))
                .extracting(task -> task.id().toString())
                .containsExactly("acme/a@2.0.0", "acme/web@1.0.0");
    }

    @Test
    void theHighestVersionIsTheLatest() throws IOException {
        write("a", "acme", "1.9.0", true, "old");
        write("b", "acme", "1.10.0", true, "new");

        assertThat(resolve("web", "acme"))
                .get()
                .extracting(task -> task.assignment().instruction())
                .isEqualTo("new");
        assertThat(resolve("web@1.9.0", "other"))
                .get()
                .extracting(task -> task.assignment().instruction())
                .isEqualTo("old");
    }

    @Test
    void theCallersOwnTaskComesBeforeAPublicOne() throws IOException {
        write("a", "acme", "1.0.0", true, "of acme");
        write("b", "own", "0.1.0", false, "of own");

        assertThat(resolve("web", "own"))
                .get()
                .extracting(task -> task.assignment().instruction())
                .isEqualTo("of own");
        assertThat(resolve("web", "third"))
                .get()
                .extracting(task -> task.assignment().instruction())
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
                .extracting(task -> task.assignment().instruction())
                .isEqualTo("good");
    }

    @Test
    void aKnownVersionNeverChanges() throws IOException {
        write("a", "acme", "1.0.0", true, "first");
        assertThat(resolve("web", "acme")).isPresent();
        write("a", "acme", "1.0.0", true, "second");

        assertThat(resolve("web", "acme"))
                .get()
                .extracting(task -> task.assignment().instruction())
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
