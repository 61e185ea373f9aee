package dev.sandlot.database;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** A database that a released server has left, with something in every table, and the server of today. */
abstract class ReleasedDatabaseContract {
    private static final UUID ENVIRONMENT = UUID.fromString("11111111-1111-4111-8111-111111111111");
    private static final String EXECUTION = "0193aaaa-0000-7000-8000-00000000000";
    private static final Map<String, Integer> ROWS = Map.of(
            "workspaces", 1,
            "environments", 2,
            "environment_events", 1,
            "executions", 3,
            "idempotency_keys", 1,
            "task_versions", 1,
            "task_definitions", 1,
            "task_quotas", 1);

    /** A new one, into which the file of that name is read. */
    abstract DataSource load(String dump) throws Exception;

    abstract boolean isPostgreSql();

    private DataSource released() throws Exception {
        String name = "released-V11." + (isPostgreSql() ? "postgresql" : "h2") + ".sql";
        try (InputStream file = ReleasedDatabaseContract.class.getResourceAsStream(name)) {
            return load(new String(requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static int count(Jdbi jdbi, String table) {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) from " + table)
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void whatAReleasedServerHasStoredIsTakenOver() throws Exception {
        DataSource source = released();
        Migrations.apply(source, isPostgreSql());
        Jdbi jdbi = Jdbi.create(source);
        ExecutionRepository executions = new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);

        ROWS.forEach((table, rows) -> assertThat(count(jdbi, table)).as(table).isEqualTo(rows));
        UUID first = UUID.fromString(EXECUTION + "1");
        Execution exited = executions.find(ENVIRONMENT, first).orElseThrow();
        assertThat(exited.state()).isEqualTo(ExecutionState.EXITED);
        assertThat(exited.command()).isEqualTo("printf hi");
        assertThat(requireNonNull(executions.inline(first).get(OutputStreamKind.OUTPUT)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hi");
        assertThat(executions.unended())
                .extracting(unended -> unended.execution().id().toString())
                .containsExactly(EXECUTION + "3");
        assertThat(executions.bytesGone(UUID.fromString(EXECUTION + "2"), OutputStreamKind.STDERR))
                .contains(40L);
        String instruction = jdbi.withHandle(
                handle -> handle.createQuery("select instruction from environments where state = 'ready'")
                        .mapTo(String.class)
                        .one());
        assertThat(instruction).isEqualTo("Do \"it\" — ümlauts 🙂");
    }

    @Test
    void aDatabaseOfANewerServerIsRefusedAndStaysAsItIs() throws Exception {
        DataSource source = released();
        Jdbi jdbi = Jdbi.create(source);
        jdbi.useHandle(handle -> handle.execute("insert into \"flyway_schema_history\" (\"installed_rank\","
                + " \"version\", \"description\", \"type\", \"script\", \"installed_by\", \"execution_time\","
                + " \"success\") values (999, '999', 'later', 'SQL', 'V999__later.sql', 'later', 0, true)"));

        assertThatThrownBy(() -> Migrations.apply(source, isPostgreSql()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The database is of a newer server (its schema is 999); start that one, or restore a"
                        + " back-up of before");
        int newest = jdbi.withHandle(handle -> handle.createQuery(
                        "select max(\"installed_rank\") from \"flyway_schema_history\" where \"version\" <> '999'")
                .mapTo(Integer.class)
                .one());
        assertThat(newest).isEqualTo(8);
    }
}
