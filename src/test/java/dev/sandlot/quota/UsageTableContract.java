package dev.sandlot.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.TestDatabase;
import dev.sandlot.quota.UsageTable.Ended;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every database has to keep of quotas and of what is used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UsageTableContract {
    private static final WorkspaceId ONE = new WorkspaceId("acme", "one");
    private static final WorkspaceId TWO = new WorkspaceId("acme", "two");
    private static final LocalDate FIRST = LocalDate.parse("2026-03-01");

    private final TestDatabase database = database();
    private MutableClock clock = new MutableClock(Instant.EPOCH);
    private ProcessorTime time = new ProcessorTime(new Quotas(), clock);

    abstract TestDatabase database();

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void empty() {
        clock = new MutableClock(Instant.parse("2026-03-02T00:00:00Z"));
        time = new ProcessorTime(new Quotas(), clock);
        database.jdbi().useHandle(handle -> {
            for (String table : List.of("workspaces", "usage_days", "request_days", "quotas")) {
                handle.execute("delete from " + table);
            }
            for (WorkspaceId workspace : List.of(ONE, TWO)) {
                handle.execute(
                        "insert into workspaces (org, workspace) values (?, ?)",
                        workspace.org(),
                        workspace.workspace());
            }
        });
    }

    private UsageTable table() {
        return new UsageTable(database.jdbi(), time, clock);
    }

    private void end(WorkspaceId workspace, String at, long cpuMillis, long outputBytes) {
        Ended ended = new Ended(workspace, Instant.parse(at), cpuMillis, outputBytes);
        database.jdbi().useTransaction(handle -> UsageTable.add(handle, List.of(ended, ended)));
    }

    @Test
    void endsAreSummedByWorkspaceAndDay() {
        end(ONE, "2026-03-01T23:59:59Z", 5, 100);
        end(ONE, "2026-03-02T00:00:00Z", 7, 1000);
        end(TWO, "2026-03-02T09:00:00Z", 1, 1);
        table().addRequests(Map.of(ONE, 4L));
        table().addRequests(Map.of(ONE, 5L, new WorkspaceId("acme", "made-up"), 9L));

        assertThat(table().since(ONE, FIRST)).isEqualTo(new Used(4, 24, 2200, 9));
        assertThat(table().since(ONE, FIRST.plusDays(1))).isEqualTo(new Used(2, 14, 2000, 9));
        assertThat(table().since(new WorkspaceId("acme", "made-up"), FIRST)).isEqualTo(Used.NOTHING);
        UsageTable.Page page = table().since(FIRST, 1, 5);
        assertThat(page.total()).isEqualTo(2);
        assertThat(page.entries()).containsExactly(new UsageTable.Entry(TWO, new Used(2, 2, 2, 0)));
    }

    @Test
    void anotherServerKnowsWhatWasUsedToday() {
        end(ONE, "2026-03-01T23:59:59Z", 5, 100);
        end(ONE, "2026-03-02T00:00:00Z", 7, 100);

        table().resume();

        assertThat(time.today(ONE)).isEqualTo(14);
        assertThat(time.today("acme")).isEqualTo(14);
    }

    @Test
    void whatIsOldGoes() {
        end(ONE, "2026-03-01T00:00:00Z", 5, 100);
        clock.advance(Duration.ofDays(399));
        table().sweep();
        assertThat(table().since(ONE, FIRST).executions()).isEqualTo(2);
        clock.advance(Duration.ofDays(1));
        table().sweep();
        assertThat(table().since(ONE, FIRST)).isEqualTo(Used.NOTHING);
    }

    @Test
    void requestsWaitInMemoryAndAreWrittenOnce() {
        RequestCount count = new RequestCount(table());
        count.count(ONE);
        count.count(ONE);
        count.flush();
        count.flush();
        count.count(ONE);
        count.flush();

        assertThat(table().since(ONE, FIRST).requests()).isEqualTo(3);
    }

    @Test
    void quotasAreReadAsTheyWereSet() {
        QuotaTable quotas = new QuotaTable(database.jdbi());
        QuotaOwner all = new QuotaOwner("acme", Optional.empty());
        QuotaOwner one = new QuotaOwner("acme", Optional.of("one"));
        quotas.set(all, new Quota(Map.of(Allowance.ENVIRONMENTS, 3L)));
        quotas.set(one, new Quota(Map.of(Allowance.KEPT_MIB, 9L, Allowance.EXECUTIONS, 0L)));
        Quota second = new Quota(Map.of(Allowance.REQUESTS_PER_SECOND, 1L));
        quotas.set(one, second);

        assertThat(quotas.all())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(all, new Quota(Map.of(Allowance.ENVIRONMENTS, 3L)), one, second));
        quotas.remove(all);
        assertThat(quotas.all()).containsOnlyKeys(one);
    }
}
