package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Logged;
import dev.sandlot.budget.Tenant;
import dev.sandlot.environment.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a server finds that comes after one that crashed. */
abstract class JournalCrashContract extends JournalFixture {
    @Test
    void whatIsToldEarlyOutlivesACrash() throws Exception {
        Execution execution = queued(environment());
        journal.begin(execution, TENANT, true);

        crash();

        assertThat(stored(execution)).contains(execution);
    }

    @Test
    void whatRunsOutlivesACrash() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        journal.start(started(execution));

        crash();

        assertThat(stored(execution)).contains(started(execution));
    }

    @Test
    void whatIsListedOutlivesACrash() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        journal.start(started(execution));
        assertThat(list(environment)).containsExactly(started(execution));

        crash();

        assertThat(stored(execution)).contains(started(execution));
    }

    @Test
    void whatRunsIsRunningAfterACrashSinceItStarted() throws Exception {
        Environment environment = environment();
        Execution told = queued(environment);
        journal.begin(told, TENANT, true);
        journal.flush();
        Execution keyed = queued(environment);
        database().jdbi().useTransaction(handle -> ExecutionRepository.insert(handle, keyed));
        journal.adopt(keyed, TENANT);

        journal.start(started(told));
        journal.start(started(keyed));
        crash();

        assertThat(stored(told)).contains(started(told));
        assertThat(stored(keyed)).contains(started(keyed));
        assertThat(repository.unended())
                .contains(new ExecutionRepository.Unended(
                        started(keyed), Tenant.of(environment.workspace(), environment.id())));
    }

    @Test
    void anEndOutlivesACrashWhateverTheJournalSaysBesides() throws Exception {
        Execution execution = queued(environment());
        journal.begin(execution, TENANT, true);
        journal.start(started(execution));
        journal.flush();
        journal.end(ended(execution), PRINTED);
        journal.flush();
        try (JournalFiles files = new JournalFiles(folder, 1000)) {
            files.append(new JournalEntry(execution, Map.of()).encode());
            files.append(new JournalEntry(started(execution), Map.of()).encode());
            files.append(new JournalEntry(ended(execution), PRINTED).encode());
            files.append(new JournalEntry(started(execution), Map.of()).encode());
        }

        crash();

        assertThat(stored(execution)).contains(ended(execution));
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void aBadEntryStopsNoStart() throws Exception {
        Environment environment = environment();
        Execution good = queued(environment);
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        Execution last = queued(environment);
        try (JournalFiles files = new JournalFiles(folder, 100_000)) {
            files.append(new JournalEntry(ended(good), PRINTED).encode());
            files.append(new JournalEntry(ended(refused), PRINTED).encode());
            files.append(new byte[] {1, 2, 3});
            files.append(new JournalEntry(ended(last), PRINTED).encode());
        }

        try (Logged logged = new Logged()) {
            crash();
            assertThat(logged.text())
                    .contains(refused.id().toString(), "SQLSTATE 22001", "1 entries were none", ".damaged")
                    .doesNotContain("hush");
        }

        assertThat(list(environment)).containsExactly(ended(last), ended(good));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).singleElement().asString().endsWith(".journal.damaged");
        }
    }

    @Test
    void aDamagedFileIsReadAsFarAsItCanBeAndKept() throws Exception {
        Environment environment = environment();
        List<Execution> ends = List.of(ended(begun(environment)), ended(begun(environment)), ended(begun(environment)));
        ends.forEach(end -> journal.end(end, PRINTED));
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        try (Logged logged = new Logged()) {
            crash();
            assertThat(logged.text()).contains("is damaged: its bytes " + bytes.length / 3 + " to");
        }

        assertThat(list(environment)).containsExactly(ends.get(2), ends.get(0));
        assertThat(stored(ends.get(1))).isEmpty();
        assertThat(Files.readAllBytes(file.resolveSibling(file.getFileName() + ".damaged")))
                .isEqualTo(bytes);
    }

    @Test
    void theJournalOfAnEarlierVersionIsTakenOver() throws Exception {
        Environment environment = environment();
        database().jdbi().useHandle(handle -> {
            handle.execute("delete from environment_events where environment_id = ?", environment.id());
            handle.execute(
                    "update environments set id = ? where id = ?", JournalEntryTest.ENVIRONMENT, environment.id());
        });
        Path old = folder.resolveSibling("executions.journal");
        try (InputStream kept =
                Objects.requireNonNull(JournalEntryTest.class.getResourceAsStream("version-1.journal"))) {
            Files.copy(kept, old);
        }

        crash();

        for (JournalEntry end : JournalEntryTest.ends()) {
            assertThat(stored(end.execution())).contains(end.execution());
        }
        assertThat(old).doesNotExist();
    }

    @Test
    void theJournalOfALaterVersionStopsTheStart() throws Exception {
        Files.createFile(folder.resolve("0000000007-v4-00000000000000ff.journal"));

        assertThatThrownBy(this::crash).isInstanceOf(IOException.class).hasMessageStartingWith("A newer Sandlot");
    }
}
