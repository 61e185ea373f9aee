package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.sandbox.SandboxLimits;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class PublishedTasksTest {
    private static final int VERSIONS = 10;
    private static final int BYTES = 100_000;

    private final Jdbi jdbi = MemoryDatabase.open().jdbi();
    private static final String ALL_TEXTS = ",'tags':['a','b'],'image':'debian:12','is_public':true,'author':'ada',"
            + "'license':'mit','repository':'here','source':'there','description':'D','difficulty':'easy'";

    private final PublishedTasks tasks = open(jdbi);

    private static PublishedTasks open(Jdbi jdbi) {
        PublishPolicy policy = new PublishPolicy(
                List.of(), false, new SandboxLimits(1 << 30, 1000, 256, 1 << 30, 1024), List.of(), VERSIONS, BYTES);
        return new PublishedTasks(jdbi, new PublishQuota(jdbi, policy));
    }

    private static String definition(String org, String version, String more) {
        return ("{'org':'" + org + "','name':'x','version':'" + version + "','instruction':'Do It','verification':{}"
                        + more + "}")
                .replace('\'', '"');
    }

    private boolean insert(String org, String version, String more) {
        String definition = definition(org, version, more);
        return tasks.insert(PublishedTasks.read(definition, Instant.EPOCH, "ada", new Faults()), definition);
    }

    private static TaskVersion version(String text) {
        return TaskVersion.parse(text);
    }

    private void assertFull(String version, String more) {
        assertThatThrownBy(() -> insert("acme", version, more)).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.type()).isEqualTo(ErrorType.CONFLICT);
            assertThat(refused.detail()).contains("10 versions");
        });
    }

    @Test
    void whatIsStoredComesBack() {
        assertThat(insert("acme", "1.0.0", ALL_TEXTS)).isTrue();
        assertThat(insert("acme", "1.0.0", "")).as("the same number again").isFalse();

        TaskDefinition task = tasks.find("acme", "x", version("1.0.0")).orElseThrow();
        assertThat(task.origin().createdBy()).contains("ada");
        assertThat(tasks.summaries("acme", "x", false)).containsExactly(TaskSummary.of(task));
        assertThat(tasks.newest("other", true)).containsExactly(TaskSummary.of(task));
        assertThat(tasks.newest("other", false)).isEmpty();
        assertThat(TaskSummary.of(task).searchable()).isEqualTo("x\nd\ndo it");
    }

    @Test
    void whoSeesATaskCanBeChanged() {
        insert("acme", "1.0.0", "");
        assertThat(tasks.find("acme", "x", version("1.0.0")).orElseThrow().isPublic())
                .isFalse();

        assertThat(tasks.show("acme", "x", true)).isTrue();
        assertThat(tasks.show("acme", "none", true)).isFalse();

        TaskDefinition shown = tasks.find("acme", "x", version("1.0.0")).orElseThrow();
        assertThat(shown.isPublic()).isTrue();
        assertThat(tasks.summaries("acme", "x", true)).containsExactly(TaskSummary.of(shown));
        tasks.show("acme", "x", false);
        assertThat(tasks.newest("other", true)).isEmpty();
        assertThat(tasks.find("acme", "x", version("1.0.0")).orElseThrow().isPublic())
                .isFalse();
    }

    @Test
    void versionsComeInTheirOwnOrder() {
        for (String version : List.of("1.9.0", "1.10.0", "0.999999999.0", "1.9.10")) {
            insert("acme", version, "");
        }

        assertThat(tasks.versions("acme", "x", Optional.empty(), false))
                .extracting(one -> one.id().version().toString())
                .containsExactly("1.10.0", "1.9.10", "1.9.0", "0.999999999.0");
        assertThat(tasks.newest("acme", false))
                .extracting(one -> one.id().version().toString())
                .containsExactly("1.10.0");
    }

    @Test
    void anOrganizationHasRoomForSoManyVersions() {
        for (int i = 0; i < VERSIONS; i++) {
            assertThat(insert("acme", "1.0." + i, "")).isTrue();
        }

        assertFull("2.0.0", "");
        assertThat(tasks.find("acme", "x", version("2.0.0"))).isEmpty();
        assertThat(insert("other", "2.0.0", "")).as("another organization").isTrue();
        assertThat(tasks.delete(new TaskId("acme", "x", version("1.0.0")))).isTrue();
        assertThat(tasks.delete(new TaskId("acme", "x", version("1.0.0")))).isFalse();
        assertThat(insert("acme", "2.0.0", "")).isTrue();
        assertFull("2.0.1", "");
    }

    @Test
    void anOrganizationHasRoomForSoManyBytes() {
        String large = ",'solution':'" + "é".repeat(30_000) + "'";
        assertThat(insert("acme", "1.0.0", large)).isTrue();

        assertFull("1.0.1", large);
        assertThat(insert("acme", "1.0.1", "")).isTrue();
        assertThat(tasks.delete(new TaskId("acme", "x", version("1.0.0")))).isTrue();
        assertThat(insert("acme", "1.0.2", large)).isTrue();
        assertFull("1.0.3", ",'solution':'" + "x".repeat(BYTES) + "'");
    }

    @Test
    void thoseWhoPublishAtOnceGetNoMoreThanTheirRoom() throws Exception {
        int authors = 24;
        ExecutorService pool = Executors.newFixedThreadPool(authors);
        try {
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < authors; i++) {
                String version = "1.0." + i;
                all.add(pool.submit(() -> {
                    assertThat(begin.await(30, TimeUnit.SECONDS)).isTrue();
                    try {
                        return insert("acme", version, "");
                    } catch (ApiException full) {
                        return false;
                    }
                }));
            }
            begin.countDown();
            int published = 0;
            for (Future<Boolean> one : all) {
                published += one.get(30, TimeUnit.SECONDS) ? 1 : 0;
            }

            assertThat(published).isEqualTo(VERSIONS);
            assertThat(tasks.versions("acme", "x", Optional.empty(), false)).hasSize(VERSIONS);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatWasPublishedBeforeIsTakenOver() {
        DataSource source = MemoryDatabase.source();
        MemoryDatabase.migrate(source, "5");
        Jdbi before = Jdbi.create(source);
        List<String> bodies = List.of(
                definition("acme", "1.9.0", ",'is_public':true,'description':'Old'"),
                definition("acme", "1.10.0", ""),
                definition("acme", "2.0.0", ",'user':'-1'"));
        bodies.forEach(body -> before.useHandle(handle -> handle.execute(
                "insert into task_versions (org, name, version, definition, created_at, created_by) values (?, ?, ?, ?, ?, ?)",
                "acme",
                "x",
                body.replaceAll(".*\"version\":\"([^\"]*)\".*", "$1"),
                body,
                OffsetDateTime.parse("2026-01-01T00:00:00Z"),
                "ada")));
        MemoryDatabase.migrate(source, "latest");

        for (int start = 0; start < 2; start++) {
            PublishedTasks now = open(before);

            assertThat(now.versions("acme", "x", Optional.empty(), false))
                    .extracting(one -> one.id().version().toString())
                    .as("what would run as the host's root is not used")
                    .containsExactly("1.10.0", "1.9.0");
            assertThat(now.newest("other", true))
                    .extracting(one -> one.metadata().text(TaskMetadata.Text.DESCRIPTION))
                    .containsExactly("Old");
            assertThat(now.find("acme", "x", version("1.10.0"))).isPresent();
        }
        int bytes = bodies.stream().mapToInt(String::length).sum();
        String counted =
                before.withHandle(handle -> handle.createQuery("select versions || ' ' || bytes from task_quotas")
                        .mapTo(String.class)
                        .one());
        assertThat(counted).isEqualTo("3 " + bytes);
    }
}
