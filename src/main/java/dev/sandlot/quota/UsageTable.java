package dev.sandlot.quota;

import dev.sandlot.auth.WorkspaceId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** What workspaces have used, by day (UTC), in the database. */
@Singleton
public class UsageTable {
    private static final int DAYS_KEPT = 400;

    private final Jdbi jdbi;
    private final ProcessorTime processorTime;
    private final Clock clock;

    @Inject
    public UsageTable(Jdbi jdbi, ProcessorTime processorTime, Clock clock) {
        this.jdbi = jdbi;
        this.processorTime = processorTime;
        this.clock = clock;
    }

    /** An execution that has ended. */
    public record Ended(WorkspaceId workspace, Instant at, long cpuMillis, long outputBytes) {}

    /** A workspace, and what it has used. */
    public record Entry(WorkspaceId workspace, Used used) {}

    /** A part of all workspaces, by name, and how many there are. */
    public record Page(List<Entry> entries, int total) {}

    private record Key(WorkspaceId workspace, LocalDate day) {}

    /** Counts ends, as a part of the transaction that stores them; there is one such at a time. */
    public static void add(Handle handle, Collection<Ended> ends) {
        Map<Key, Used> sums = new HashMap<>();
        for (Ended end : ends) {
            sums.merge(
                    new Key(end.workspace(), ProcessorTime.day(end.at())),
                    new Used(1, end.cpuMillis(), end.outputBytes(), 0),
                    Used::plus);
        }
        sums.forEach((key, used) -> add(handle, key, used));
    }

    private static void add(Handle handle, Key key, Used used) {
        int known = handle.execute(
                "update usage_days set executions = executions + ?, cpu_ms = cpu_ms + ?, output_bytes = output_bytes + ?"
                        + " where org = ? and workspace = ? and used_on = ?",
                used.executions(),
                used.cpuMillis(),
                used.outputBytes(),
                key.workspace().org(),
                key.workspace().workspace(),
                key.day());
        if (known == 0) {
            handle.execute(
                    "insert into usage_days (org, workspace, used_on, executions, cpu_ms, output_bytes)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    key.workspace().org(),
                    key.workspace().workspace(),
                    key.day(),
                    used.executions(),
                    used.cpuMillis(),
                    used.outputBytes());
        }
    }

    /** Counts requests of today; those of workspaces that never had an environment are nobody's. */
    void addRequests(Map<WorkspaceId, Long> requests) {
        LocalDate today = ProcessorTime.day(clock.instant());
        jdbi.useTransaction(handle -> requests.forEach((workspace, count) -> {
            int known = handle.execute(
                    "update request_days set requests = requests + ? where org = ? and workspace = ? and used_on = ?",
                    count,
                    workspace.org(),
                    workspace.workspace(),
                    today);
            if (known == 0 && exists(handle, workspace)) {
                handle.execute(
                        "insert into request_days (org, workspace, used_on, requests) values (?, ?, ?, ?)",
                        workspace.org(),
                        workspace.workspace(),
                        today,
                        count);
            }
        }));
    }

    private static boolean exists(Handle handle, WorkspaceId workspace) {
        return handle.createQuery("select 1 from workspaces where org = :org and workspace = :workspace")
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Has today's processor time known, once the ends of an earlier server are stored and before there are any of this one. */
    public void resume() {
        Instant now = clock.instant();
        jdbi.useHandle(handle -> handle.createQuery(
                        "select org, workspace, cpu_ms from usage_days where used_on = :day")
                .bind("day", ProcessorTime.day(now))
                .map((row, context) -> new Entry(workspace(row), new Used(0, row.getLong("cpu_ms"), 0, 0)))
                .forEach(entry ->
                        processorTime.used(entry.workspace(), now, entry.used().cpuMillis())));
    }

    private static WorkspaceId workspace(ResultSet row) throws SQLException {
        return new WorkspaceId(row.getString("org"), row.getString("workspace"));
    }

    private static String sums(String rest) {
        String sum = ", coalesce((select sum(%1$s) from %2$s u where u.org = w.org and u.workspace = w.workspace"
                + " and u.used_on >= :since), 0) as %1$s";
        return "select w.org, w.workspace" + sum.formatted("executions", "usage_days")
                + sum.formatted("cpu_ms", "usage_days") + sum.formatted("output_bytes", "usage_days")
                + sum.formatted("requests", "request_days") + " from workspaces w " + rest;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                workspace(row),
                new Used(
                        row.getLong("executions"),
                        row.getLong("cpu_ms"),
                        row.getLong("output_bytes"),
                        row.getLong("requests")));
    }

    /** What a workspace has used from that day on. */
    public Used since(WorkspaceId workspace, LocalDate day) {
        return jdbi.withHandle(handle -> handle.createQuery(sums("where w.org = :org and w.workspace = :workspace"))
                .bind("since", day)
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .map((row, context) -> entry(row).used())
                .findOne()
                .orElse(Used.NOTHING));
    }

    /** The same of a page of all workspaces. */
    public Page since(LocalDate day, int offset, int limit) {
        return jdbi.withHandle(handle -> {
            int total = handle.createQuery("select count(*) from workspaces")
                    .mapTo(Integer.class)
                    .one();
            Query page = handle.createQuery(sums("order by w.org, w.workspace limit :limit offset :offset"))
                    .bind("since", day)
                    .bind("limit", limit)
                    .bind("offset", offset);
            return new Page(
                    new ArrayList<>(page.map((row, context) -> entry(row)).list()), total);
        });
    }

    /** Drops what is older than is kept. */
    public void sweep() {
        LocalDate before = ProcessorTime.day(clock.instant()).minusDays(DAYS_KEPT);
        jdbi.useHandle(handle -> {
            handle.execute("delete from usage_days where used_on < ?", before);
            handle.execute("delete from request_days where used_on < ?", before);
        });
    }
}
