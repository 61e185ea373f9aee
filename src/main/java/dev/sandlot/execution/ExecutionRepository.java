package dev.sandlot.execution;

import dev.sandlot.execution.Execution.End;
import dev.sandlot.execution.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Executions in the database. */
@Singleton
public class ExecutionRepository {
    private static final String COLUMNS =
            "id, environment_id, command, requested_by, state, streams, timeout_sec, queued_at,"
                    + " started_at, ended_at, exit_code, signal, timed_out, oom_killed, truncated, output_bytes, duration_ms, cpu_ms,"
                    + " peak_memory_bytes, reason";
    private static final String INSERT = "insert into executions (" + COLUMNS + ", output, stdout, stderr)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = "update executions set state = ?, started_at = ?, ended_at = ?, exit_code = ?,"
            + " signal = ?, timed_out = ?, oom_killed = ?, truncated = ?, output_bytes = ?, duration_ms = ?, cpu_ms = ?,"
            + " peak_memory_bytes = ?, reason = ?, output = ?, stdout = ?, stderr = ? where id = ?";

    private final Jdbi jdbi;

    @Inject
    public ExecutionRepository(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A part of a list, and how long the whole is. */
    public record Page(List<Execution> executions, int total) {}

    /**
     * What is to be written.
     *
     * @param inline outputs that are small enough to be stored with the record
     * @param exists its row is there and changes
     */
    record Write(Execution execution, Map<OutputStreamKind, byte[]> inline, boolean exists) {}

    /** Writes all in one transaction. */
    void write(Collection<Write> writes) {
        jdbi.useTransaction(handle -> {
            batch(handle, writes, false);
            batch(handle, writes, true);
        });
    }

    /** Writes ends that may be here already, with or without the row of their start; not where the environment is gone. */
    void replay(List<Write> ends) {
        jdbi.useTransaction(handle -> {
            for (Write end : ends) {
                Execution execution = end.execution();
                boolean known = exists(handle, "executions", execution.id());
                if (known || exists(handle, "environments", execution.environmentId())) {
                    batch(handle, List.of(new Write(execution, end.inline(), known)), known);
                }
            }
        });
    }

    private static boolean exists(Handle handle, String table, UUID id) {
        return handle.createQuery("select 1 from <table> where id = :id")
                .define("table", table)
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Writes one as a part of somebody's transaction. */
    static void insert(Handle handle, Execution execution) {
        batch(handle, List.of(new Write(execution, Map.of(), false)), false);
    }

    private static void batch(Handle handle, Collection<Write> writes, boolean updates) {
        List<Write> chosen =
                writes.stream().filter(write -> write.exists() == updates).toList();
        if (chosen.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = handle.prepareBatch(updates ? UPDATE : INSERT)) {
            for (Write write : chosen) {
                bind(batch, write, updates);
                batch.add();
            }
            batch.execute();
        }
    }

    private static void bind(PreparedBatch batch, Write write, boolean update) {
        Execution execution = write.execution();
        int at = 0;
        if (!update) {
            batch.bind(at++, execution.id());
            batch.bind(at++, execution.environmentId());
            batch.bind(at++, execution.command());
            batch.bind(at++, execution.requestedBy());
        }
        batch.bind(at++, execution.state().word());
        if (!update) {
            batch.bind(at++, execution.split() ? "split" : "merged");
            batch.bind(at++, execution.timeoutSeconds());
            batch.bind(at++, utc(execution.queuedAt()));
        }
        batch.bind(at++, utc(execution.startedAt()));
        at = bindEnd(batch, at, execution.end());
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            batch.bind(at++, write.inline().get(stream));
        }
        if (update) {
            batch.bind(at, execution.id());
        }
    }

    private static int bindEnd(PreparedBatch batch, int first, @Nullable End end) {
        int at = first;
        Optional<End> known = Optional.ofNullable(end);
        Optional<Usage> usage = known.map(End::usage);
        batch.bind(at++, known.map(End::at).map(ExecutionRepository::utc).orElse(null));
        batch.bind(at++, known.map(End::exitCode).orElse(null));
        batch.bind(at++, known.map(End::signal).orElse(null));
        batch.bind(at++, known.map(End::state).equals(Optional.of(ExecutionState.TIMED_OUT)));
        batch.bind(at++, known.map(End::outOfMemory).orElse(false));
        batch.bind(at++, known.map(End::truncated).orElse(false));
        batch.bind(at++, known.map(End::outputBytes).orElse(0L));
        batch.bind(at++, usage.map(Usage::durationMillis).orElse(null));
        batch.bind(at++, usage.map(Usage::cpuMillis).orElse(null));
        batch.bind(at++, usage.map(Usage::peakMemoryBytes).orElse(null));
        batch.bind(at++, known.map(End::reason).orElse(null));
        return at;
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** The environment's execution of that id. */
    Optional<Execution> find(UUID environment, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select " + COLUMNS + " from executions where id = :id and environment_id = :environment")
                .bind("id", id)
                .bind("environment", environment)
                .map((row, context) -> read(row))
                .findOne());
    }

    /** What is stored of its outputs with the record. */
    Map<OutputStreamKind, byte[]> inline(UUID id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select output, stdout, stderr from executions where id = :id")
                        .bind("id", id)
                        .map((row, context) -> readInline(row))
                        .one());
    }

    private static Map<OutputStreamKind, byte[]> readInline(ResultSet row) throws SQLException {
        Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            byte[] bytes = row.getBytes(stream.word());
            if (bytes != null) {
                inline.put(stream, bytes);
            }
        }
        return inline;
    }

    /** A page of an environment's, newest first. */
    Page list(UUID environment, int offset, int limit) {
        return jdbi.withHandle(handle -> new Page(
                handle.createQuery("select " + COLUMNS + " from executions where environment_id = :environment"
                                + " order by queued_at desc, id limit :limit offset :offset")
                        .bind("environment", environment)
                        .bind("limit", limit)
                        .bind("offset", offset)
                        .map((row, context) -> read(row))
                        .list(),
                handle.createQuery("select count(*) from executions where environment_id = :environment")
                        .bind("environment", environment)
                        .mapTo(Integer.class)
                        .one()));
    }

    /** All that has no end. */
    List<Execution> unended() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select " + COLUMNS + " from executions where state in ('queued', 'running')")
                .map((row, context) -> read(row))
                .list());
    }

    private static Execution read(ResultSet row) throws SQLException {
        ExecutionState state = ExecutionState.stored(row.getString("state"));
        return new Execution(
                row.getObject("id", UUID.class),
                row.getObject("environment_id", UUID.class),
                row.getString("command"),
                row.getString("requested_by"),
                row.getString("streams").equals("split"),
                row.getInt("timeout_sec"),
                row.getObject("queued_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                state.isTerminal() ? readEnd(row, state) : null);
    }

    private static End readEnd(ResultSet row, ExecutionState state) throws SQLException {
        Long duration = number(row, "duration_ms");
        return new End(
                state,
                row.getObject("ended_at", OffsetDateTime.class).toInstant(),
                row.getObject("exit_code", Integer.class),
                row.getObject("signal", Integer.class),
                row.getBoolean("oom_killed"),
                row.getLong("output_bytes"),
                row.getBoolean("truncated"),
                duration == null ? null : new Usage(duration, row.getLong("cpu_ms"), row.getLong("peak_memory_bytes")),
                row.getString("reason"));
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        return row.getObject(column, Long.class);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** A line of an environment's log. */
    public record LogLine(Instant at, String text) {}

    /** The newest {@code limit} things that happened in an environment, oldest first. */
    List<LogLine> log(UUID environment, int limit) {
        String all = "select happened_at as at, message from environment_events where environment_id = :environment"
                + " union all select coalesce(ended_at, started_at, queued_at), "
                + "'execution ' || id || ' ' || state"
                + " || case when exit_code is null then '' else ' with exit code ' || exit_code end"
                + " || case when duration_ms is null then '' else ' after ' || duration_ms || ' ms' end"
                + " || ', ' || output_bytes || ' bytes of output'"
                + " || case when oom_killed then ', out of memory' else '' end"
                + " || case when reason is null then '' else ': ' || reason end"
                + " from executions where environment_id = :environment";
        List<LogLine> newest = jdbi.withHandle(handle -> handle.createQuery(
                        "select at, message from (" + all + ") as everything order by at desc limit :limit")
                .bind("environment", environment)
                .bind("limit", limit)
                .map((row, context) ->
                        new LogLine(row.getObject("at", OffsetDateTime.class).toInstant(), row.getString("message")))
                .list());
        Collections.reverse(newest);
        return newest;
    }
}
