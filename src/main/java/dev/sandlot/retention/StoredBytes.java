package dev.sandlot.retention;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.Moments;
import dev.sandlot.output.Held;
import dev.sandlot.output.OutputText;
import dev.sandlot.output.Owners;
import dev.sandlot.records.RecordSize;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What records and the outputs that are stored with them take in the database, and how they leave it. */
@Singleton
public class StoredBytes implements Owners {
    private static final long ENVIRONMENT = 4096;
    /** A command that is longer makes room when its record can't go. */
    private static final int COMMAND_MAX = 256;

    private static final Instant FAR = Instant.parse("9000-01-01T00:00:00Z");
    private static final int IDS_AT_ONCE = 256;
    private static final String INLINE =
            "coalesce(octet_length(output), 0) + coalesce(octet_length(stdout), 0) + coalesce(octet_length(stderr), 0)";
    private static final String HAS_KEY =
            "exists (select 1 from idempotency_keys where idempotency_keys.subject_id = executions.id)";
    private static final String TEXTS = "octet_length(command) + octet_length(requested_by)";

    private final Jdbi jdbi;

    @Inject
    public StoredBytes(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Tenant> owner(UUID environment) {
        return jdbi.withHandle(handle -> handle.createQuery("select org, workspace from environments where id = :id")
                .bind("id", environment)
                .map((row, context) -> tenant(row, environment))
                .findOne());
    }

    private static Tenant tenant(ResultSet row, UUID environment) throws SQLException {
        return Tenant.of(new WorkspaceId(row.getString("org"), row.getString("workspace")), environment);
    }

    /** An environment's record: whose it is, and what it takes. */
    record Described(Tenant tenant, Optional<Instant> endedAt, long bytes) {}

    /** Environments that were made since. */
    List<Described> environmentsSince(Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery("select id, org, workspace, ended_at,"
                        + " coalesce(octet_length(instruction), 0) + coalesce(octet_length(verification), 0)"
                        + " + octet_length(command_env) + octet_length(secret_ids)"
                        + " + coalesce(octet_length(teardown), 0) + coalesce(octet_length(services), 0) as bytes"
                        + " from environments where created_at >= :since")
                .bind("since", Moments.utc(since))
                .map((row, context) -> new Described(
                        tenant(row, row.getObject("id", UUID.class)),
                        Moments.find(row, "ended_at"),
                        ENVIRONMENT + row.getLong("bytes")))
                .list());
    }

    /** An environment's end. */
    record Ended(UUID environment, Instant at) {}

    /** Environments that ended since. */
    List<Ended> endedSince(Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select id, ended_at from environments where ended_at >= :since")
                .bind("since", Moments.utc(since))
                .map((row, context) -> new Ended(row.getObject("id", UUID.class), Moments.require(row, "ended_at")))
                .list());
    }

    /** What is recorded of executions that ended before. */
    Held ofExecutions(UUID environment, Instant before) {
        return sum(environment, before, "");
    }

    /** What is recorded of executions that have ended and have a key. */
    Held ofKeyed(UUID environment) {
        return sum(environment, FAR, " and " + HAS_KEY);
    }

    private Held sum(UUID environment, Instant before, String which) {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) as executions, coalesce(sum(" + TEXTS
                        + "), 0) as texts, coalesce(sum(" + INLINE + "), 0) as outputs"
                        + " from executions where environment_id = :environment and ended_at < :before" + which)
                .bind("environment", environment)
                .bind("before", Moments.utc(before))
                .map((row, context) -> new Held(
                        0,
                        row.getLong("outputs"),
                        row.getLong("texts") + RecordSize.FIXED * row.getLong("executions"),
                        row.getLong("executions")))
                .one());
    }

    /** The executions, of some, whose output is there, as their records say. */
    Set<UUID> withOutput(Collection<UUID> executions) {
        Set<UUID> found = new HashSet<>();
        for (List<UUID> some : parts(executions)) {
            found.addAll(jdbi.withHandle(handle -> handle.createQuery(
                            "select id from executions where id in (<ids>) and output_bytes > 0 and not output_gone")
                    .bindList("ids", some)
                    .mapTo(UUID.class)
                    .list()));
        }
        return found;
    }

    private static List<List<UUID>> parts(Collection<UUID> ids) {
        List<UUID> all = List.copyOf(ids);
        return java.util.stream.IntStream.range(0, (all.size() + IDS_AT_ONCE - 1) / IDS_AT_ONCE)
                .mapToObj(i -> all.subList(i * IDS_AT_ONCE, Math.min(all.size(), (i + 1) * IDS_AT_ONCE)))
                .toList();
    }

    /**
     * An execution that has ended, and what it takes in the database.
     *
     * @param outputBytes of its outputs
     * @param recordBytes of the rest
     */
    record Stored(UUID id, Instant queuedAt, boolean split, long outputBytes, long recordBytes) {}

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getObject("id", UUID.class),
                Moments.require(row, "queued_at"),
                row.getString("streams").equals("split"),
                row.getLong("outputs"),
                RecordSize.FIXED + row.getLong("texts"));
    }

    private static final String STORED = "select id, queued_at, streams, " + INLINE + " as outputs, " + TEXTS
            + " as texts from executions where environment_id = :environment and ended_at is not null"
            + " and queued_at >= :from ";

    /** What is equal in all of them is in the order too, or H2 would read them all to sort them. */
    private List<Stored> oldest(UUID environment, Instant from, int limit, String which) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        STORED + "and " + which + " order by environment_id, queued_at, id limit :limit")
                .bind("environment", environment)
                .bind("from", Moments.utc(from))
                .bind("limit", limit)
                .map((row, context) -> stored(row))
                .list());
    }

    /** The oldest executions, from {@code from} on, whose output is there. */
    List<Stored> oldestOutputs(UUID environment, Instant from, int limit) {
        return oldest(environment, from, limit, "output_bytes > 0 and not output_gone");
    }

    /** The oldest executions, from {@code from} on, that have no key by which somebody may still ask for them. */
    List<Stored> oldestWithoutKey(UUID environment, Instant from, int limit) {
        return oldest(environment, from, limit, "not " + HAS_KEY);
    }

    /** The oldest executions, from {@code from} on, that have a key, and a command that takes room. */
    List<Stored> oldestLong(UUID environment, Instant from, int limit) {
        return oldest(environment, from, limit, HAS_KEY + " and octet_length(command) > " + COMMAND_MAX);
    }

    /** An execution whose output goes; how much it was, by stream where these were told apart. */
    record Gone(UUID id, Optional<Long> stdoutBytes, Optional<Long> stderrBytes) {}

    /** Removes the outputs that are stored with records; the records say that there is none any more, here or elsewhere. */
    void markGone(List<Gone> outputs) {
        jdbi.useTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("update executions set output = null, stdout = null,"
                    + " stderr = null, output_gone = true, truncated = true, stdout_bytes = :stdout,"
                    + " stderr_bytes = :stderr where id = :id");
            for (Gone gone : outputs) {
                batch.bind("stdout", gone.stdoutBytes())
                        .bind("stderr", gone.stderrBytes())
                        .bind("id", gone.id())
                        .add();
            }
            batch.execute();
        });
    }

    /** Removes the records of executions. */
    void delete(List<UUID> executions) {
        jdbi.useTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("delete from executions where id = :id");
            executions.forEach(id -> batch.bind("id", id).add());
            batch.execute();
        });
    }

    /** Leaves the commands out of records; returns how many bytes that has freed. */
    long cutCommands(List<Stored> executions) {
        long[] freed = new long[1];
        jdbi.useTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch("update executions set command = :marker where id = :id");
            for (Stored execution : executions) {
                long bytes = execution.recordBytes() - RecordSize.FIXED;
                String marker = OutputText.marker(bytes);
                batch.bind("marker", marker).bind("id", execution.id()).add();
                freed[0] += bytes - marker.length();
            }
            batch.execute();
        });
        return freed[0];
    }

    /** Removes all records of an environment's executions, and the keys of it and of them. */
    void deleteAll(UUID environment) {
        jdbi.useHandle(handle -> {
            handle.execute("delete from idempotency_keys where subject_id = ?", environment);
            handle.execute(
                    "delete from idempotency_keys where subject_id in (select id from executions where environment_id = ?)",
                    environment);
        });
        String some = "delete from executions where id in (select id from executions where environment_id = ? limit "
                + IDS_AT_ONCE + ")";
        // In small transactions: a database keeps what one has deleted until it is over.
        while (jdbi.withHandle(handle -> handle.execute(some, environment)) > 0) {
            // There may be more.
        }
    }
}
