package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Logged;
import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Sha256;
import dev.sandlot.environment.Environment;
import dev.sandlot.records.Execution.End;
import dev.sandlot.sandbox.OutputStreamKind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the database keeps of executions, and what the audit tells of them. */
abstract class ExecutionRecordsContract extends JournalFixture {
    @Test
    void whatIsStoredIsReadAsItWas() {
        Environment environment = environment();
        Map<OutputStreamKind, byte[]> inline = Map.of(
                OutputStreamKind.OUTPUT, new byte[] {1},
                OutputStreamKind.STDOUT, new byte[] {2},
                OutputStreamKind.STDERR, new byte[] {3});
        for (End end : ends(clock.instant().plusSeconds(1))) {
            Execution queued = with(queued(environment), true, null);
            Execution whole = with(started(queued(environment)), false, end);
            Execution later = with(started(queued), true, end);

            repository.write(List.of(new RecordWrite(queued, Map.of(), false), new RecordWrite(whole, inline, false)));
            assertThat(stored(queued)).contains(queued);
            assertThat(stored(whole)).contains(whole);
            repository.write(List.of(new RecordWrite(later, inline, true)));

            assertThat(stored(queued)).contains(later);
            for (Execution execution : List.of(whole, later)) {
                assertThat(repository.inline(execution.id())).containsAllEntriesOf(inline);
            }
        }
    }

    @Test
    void anEndThatIsWrittenAgainIsNotToldAgain() {
        Environment environment = environment();
        Execution queued = queued(environment);
        repository.write(List.of(new RecordWrite(queued, Map.of(), false)));
        RecordWrite end = new RecordWrite(ended(queued), Map.of(), true);

        repository.write(List.of(end));
        repository.write(List.of(end));

        assertThat(stored(queued)).contains(ended(queued));
        assertThat(audited(queued)).hasSize(1);
    }

    @Test
    void whatHasNoEndIsFoundAfterAStart() {
        Environment environment = environment();
        Execution queued = queued(environment);
        Execution running = started(queued(environment));
        Execution ended = ended(queued(environment));
        repository.write(Stream.of(queued, running, ended)
                .map(execution -> new RecordWrite(execution, Map.of(), false))
                .toList());

        assertThat(repository.unended())
                .filteredOn(one -> one.execution().environmentId().equals(environment.id()))
                .extracting(ExecutionRepository.Unended::execution)
                .containsExactlyInAnyOrder(queued, running);
    }

    @Test
    void eachEndIsInTheAuditOnce() throws Exception {
        Environment environment = environment();
        Origin origin = new Origin("jwt:https://issuer", "192.0.2.1", "request", "trace");
        Execution execution = queued(environment).from(origin);
        journal.begin(execution, TENANT, false);
        journal.start(started(execution));
        journal.end(ended(execution), PRINTED);
        Execution another = run(environment);
        assertThat(audited(execution)).isEmpty();

        repository.afterWrite = () -> {
            throw new UnableToExecuteStatementException(new SQLException("committed, but not told so", "08006"), null);
        };
        assertThatThrownBy(journal::flush).isInstanceOf(UnableToExecuteStatementException.class);
        repository.afterWrite = null;
        crash();
        journal.flush();

        assertThat(audited(another)).hasSize(1);
        assertThat(audited(execution))
                .singleElement()
                .asString()
                .contains(
                        "\"operation\":\"execute\",\"outcome\":\"exited\",\"subject\":\"me\"",
                        "\"credential\":\"jwt:https://issuer\",\"address\":\"192.0.2.1\"",
                        "\"request_id\":\"request\",\"trace_id\":\"trace\",\"org\":\"acme\"",
                        "\"command_sha256\":\"" + Sha256.of("echo hush") + "\",\"command_bytes\":9",
                        "\"exit_code\":3,\"output_bytes\":1")
                .doesNotContain("hush\"");
        assertThat(stored(execution)).map(Execution::origin).contains(origin);
    }

    @Test
    void anEndThatIsNotStoredIsInTheAuditAllTheSame() throws Exception {
        Environment environment = environment();
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, false);
        journal.end(ended(refused), PRINTED);
        Execution replayed = queued(environment, "echo hush", "me" + "x".repeat(1024));
        try (Logged logged = new Logged()) {
            journal.flush();
            journal.begin(replayed, TENANT, false);
            journal.end(ended(replayed), PRINTED);
            crash();
            assertThat(logged.text())
                    .contains(refused.id().toString(), replayed.id().toString());
        }

        assertThat(audited(refused)).hasSize(1);
        assertThat(audited(replayed)).hasSize(1);
    }

    @Test
    void aLogTellsOfWhatHasEndedLastAndOfWhatHasNot() {
        Environment environment = environment();
        Execution queued = queued(environment);
        Execution running = started(queued(environment));
        Execution longest = endedAt(queued(environment), NOW.plusSeconds(60));
        Execution kept = endedAt(queued(environment), NOW.plusSeconds(61));
        List<Execution> quick = Stream.generate(() -> endedAt(queued(environment), NOW.plusSeconds(ids)))
                .limit(5)
                .toList();
        repository.write(Stream.concat(Stream.of(queued, running, longest, kept), quick.stream())
                .map(execution -> new RecordWrite(execution, Map.of(), false))
                .toList());

        assertThat(repository.latest(environment.id(), List.of(kept), 2))
                .extracting(Execution::id)
                .containsExactlyInAnyOrder(
                        queued.id(), running.id(), longest.id(), quick.get(4).id());
    }

    private static Execution endedAt(Execution execution, Instant at) {
        return with(
                started(execution), false, new End(ExecutionState.EXITED, at, 0, null, false, 0, false, null, null));
    }

    @Test
    void whatOnlyASandboxKnowsIsInTheAudit() {
        Environment environment = environment();
        Execution unknown = queued(environment);
        Execution known = run(environment);
        journal.flush();

        repository.auditUnrecorded(environment.id(), unknown.id(), NOW);
        repository.auditUnrecorded(environment.id(), known.id(), NOW);

        assertThat(audited(unknown)).singleElement().asString().contains("\"outcome\":\"lost\"", "\"acme\"");
        assertThat(audited(known)).hasSize(1);
    }

    private static Execution with(Execution execution, boolean split, @Nullable End end) {
        return new Execution(
                execution.id(),
                execution.environmentId(),
                execution.command(),
                execution.requestedBy(),
                split,
                execution.timeoutSeconds(),
                execution.queuedAt(),
                execution.startedAt(),
                end,
                Origin.UNKNOWN);
    }

    /** What the audit tells of it. */
    private List<String> audited(Execution execution) {
        return database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("select entry from audit where entry like :id")
                        .bind("id", "%" + execution.id() + "%")
                        .mapTo(String.class)
                        .list());
    }
}
