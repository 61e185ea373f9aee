package dev.sandlot.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.Origin;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.database.Plans;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionRepository;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** A page of what is kept is read by an index, and not sorted out of all that there is. */
class OrderTest {
    private final Jdbi jdbi = MemoryDatabase.open().jdbi();

    private void assertThatAnIndexSorts(int queries, Runnable code) {
        List<String> plans = Plans.ofOrdered(jdbi, code);

        assertThat(plans).hasSize(queries).allSatisfy(plan -> assertThat(plan).contains("index sorted"));
    }

    @Test
    void ofWhatGoesNext() {
        StoredBytes stored = new StoredBytes(jdbi);

        assertThatAnIndexSorts(3, () -> {
            stored.oldestOutputs(UUID.randomUUID(), Instant.EPOCH, 4);
            stored.oldestWithoutKey(UUID.randomUUID(), Instant.EPOCH, 4);
            stored.oldestLong(UUID.randomUUID(), Instant.EPOCH, 4);
        });
    }

    @Test
    void ofExecutionsAndEnvironments() {
        ExecutionRepository executions = new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);
        EnvironmentRepository environments = new EnvironmentRepository(jdbi);

        assertThatAnIndexSorts(2, () -> {
            executions.list(UUID.randomUUID(), List.of(), 0, 10);
            environments.list(new WorkspaceId("acme", "main"), Set.of(), 0, 10);
        });
    }

    @Test
    void ofWhatALogTells() {
        ExecutionRepository executions = new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);

        List<String> plans = Plans.ofOrdered(jdbi, () -> executions.latest(UUID.randomUUID(), List.of(), 10));

        assertThat(plans)
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan)
                        .containsIgnoringCase("executions_by_end")
                        .contains("index sorted")
                        .doesNotContain("of 2 columns"));
    }

    @Test
    void aPageReadsNoRecordsThatAreNotOnIt() {
        ExecutionRepository executions = new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);
        UUID environment = UUID.randomUUID();
        List<Execution> newer = List.of(new Execution(
                UUID.randomUUID(), environment, "true", "me", false, 30, Instant.EPOCH, null, null, Origin.UNKNOWN));

        List<String> plans = Plans.ofThoseWith("count(*)", jdbi, () -> executions.list(environment, newer, 0, 10));

        // An index counts by the environment alone; what is asked for by its id is looked up.
        assertThat(plans).singleElement().asString().contains("WHERE \"ENVIRONMENT_ID\" = ?1)", "PRIMARY_KEY");
    }
}
