package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Logged;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.errors.ApiException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Test;

/** What waits for a database that is slow, away, or refuses: how much, and for how long. */
abstract class JournalBoundsContract extends JournalFixture {
    @Test
    void onlyWhoHasMuchWaitingIsRefused() {
        Environment environment = environment();
        Execution large = queued(environment, "x".repeat(1 << 20), "me");
        int accepted = 0;
        while (mayBegin("mallory", large)) {
            Execution one = queued(environment, large.command(), "me");
            journal.begin(one, tenant("mallory"), false);
            journal.end(ended(one), PRINTED);
            accepted++;
        }

        assertThat(accepted).isBetween(3, 5);
        assertThatThrownBy(() -> journal.requireRoom(tenant("mallory"), large))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsKey("Retry-After"));
        assertThat(mayBegin("victim", large)).isTrue();
        assertThat(mayBegin("mallory", queued(environment))).isTrue();
        journal.flush();
        assertThat(backlog.bytes()).isZero();
        assertThat(mayBegin("mallory", large)).isTrue();
    }

    @Test
    void batchesAreBoundedByBytes() {
        Environment environment = environment();
        for (int i = 0; i < 10; i++) {
            Execution one = queued(environment, "x".repeat(1 << 20), "me");
            journal.begin(one, TENANT, false);
            journal.end(ended(one), PRINTED);
        }
        IntStream.range(0, 600).forEach(i -> run(environment));

        journal.flush();

        assertThat(repository.written.stream().mapToInt(Collection::size).sum()).isEqualTo(610);
        assertThat(repository.written)
                .allSatisfy(batch -> assertThat(batch.stream()
                                .mapToLong(write -> write.execution().command().length())
                                .sum())
                        .isLessThanOrEqualTo(4 << 20))
                .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(512));
    }

    @Test
    void theFilesDoNotGrowWhileWritesGoOn() throws Exception {
        Environment environment = environment();
        String command = "x".repeat(1 << 20);
        Execution first = queued(environment, command, "me");
        journal.begin(first, TENANT, true);
        long most = 0;
        for (int i = 0; i < 60; i++) {
            repository.beforeWrite = () -> {
                repository.beforeWrite = null;
                Execution meanwhile = queued(environment, command, "me");
                journal.begin(meanwhile, TENANT, true);
                journal.end(ended(meanwhile), PRINTED);
            };
            journal.flush();
            most = Math.max(most, bytesOnDisk());
        }

        assertThat(most).isBetween(4L << 20, 24L << 20);
        journal.flush();
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void aRecordThatTheDatabaseRefusesHoldsUpNoOther() {
        Environment environment = environment();
        Execution before = run(environment);
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, true);
        journal.end(ended(refused), PRINTED);
        Execution after = run(environment);

        try (Logged logged = new Logged()) {
            journal.flush();
            assertThat(logged.text())
                    .contains(refused.id().toString(), "SQLSTATE 22001")
                    .doesNotContain("hush");
        }

        assertThat(stored(before)).contains(before);
        assertThat(stored(after)).contains(after);
        assertThat(journal.find(refused.id())).isEmpty();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aBeginningThatTheDatabaseRefusesIsTriedOnce() {
        Environment environment = environment();
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, false);
        clock.advance(Duration.ofSeconds(1));
        try (Logged logged = new Logged()) {
            journal.flush();
            journal.flush();
            assertThat(list(environment)).containsExactly(refused);
            journal.start(started(refused));
            journal.flush();
            assertThat(logged.text().split(refused.id().toString(), -1)).hasSize(2);
        }
    }

    @Test
    void whatIsOfAnEnvironmentThatIsGoneIsDropped() {
        Environment environment = environment();
        Execution end = run(environment);
        new EnvironmentRepository(database().jdbi()).delete(environment.id());
        Execution other = run(environment());

        try (Logged logged = new Logged()) {
            journal.flush();
            assertThat(logged.text())
                    .contains(end.id().toString(), "SQLSTATE 23")
                    .doesNotContain("hush");
        }

        assertThat(stored(other)).contains(other);
    }

    @Test
    void whileTheDatabaseIsAwayEverythingWaits() throws Exception {
        repository.away.set(true);
        Environment environment = environment();
        List<Execution> ends = new ArrayList<>();
        IntStream.range(0, 5).forEach(i -> ends.add(0, run(environment)));

        assertThatThrownBy(journal::flush).isInstanceOf(UnableToExecuteStatementException.class);
        assertThat(list(environment)).containsExactlyElementsOf(ends);
        repository.away.set(false);
        journal.flush();

        assertThat(list(environment)).containsExactlyElementsOf(ends);
        assertThat(journal.of(environment.id())).isEmpty();
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void anEndThatCannotBeMadeDurableIsTriedAgain() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        Files.delete(folder);

        journal.start(started(execution));
        assertThatThrownBy(() -> journal.end(ended(execution), PRINTED)).isInstanceOf(UncheckedIOException.class);
        assertThat(list(environment)).containsExactly(started(execution));
        assertThat(backlog.bytes()).as("it takes memory").isPositive();
        assertThatThrownBy(() -> journal.begin(queued(environment), TENANT, true))
                .isInstanceOf(UncheckedIOException.class);
        Files.createDirectory(folder);
        journal.end(ended(execution), PRINTED);
        journal.flush();

        assertThat(stored(execution)).contains(ended(execution));
        assertThat(list(environment)).hasSize(1);
        assertThat(backlog.bytes()).isZero();
    }

    private boolean mayBegin(String org, Execution execution) {
        try {
            journal.requireRoom(tenant(org), execution);
            return true;
        } catch (ApiException full) {
            return false;
        }
    }
}
