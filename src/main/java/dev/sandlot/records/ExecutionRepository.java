package dev.sandlot.records;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Tenant;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Executions in the database. */
@Singleton
public class ExecutionRepository {
    private static final String BEHIND_COMMAND = "requested_by, state, streams, timeout_sec, queued_at,"
            + " started_at, ended_at, exit_code, signal, timed_out, oom_killed, truncated, output_bytes, duration_ms,"
            + " cpu_ms, peak_memory_bytes, reason";
    private static final String COLUMNS = "id, environment_id, command, " + BEHIND_COMMAND;
    private static final String WITHOUT_COMMAND = "id, environment_id, '' as command, " + BEHIND_COMMAND;
    private static final String INSERT = "insert into executions (" + COLUMNS + ", output, stdout, stderr)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = "update executions set state = ?, started_at = ?, ended_at = ?, exit_code = ?,"
            + " signal = ?, timed_out = ?, oom_killed = ?, truncated = ?, output_bytes = ?, duration_ms = ?, cpu_ms = ?,"
            + " peak_memory_bytes = ?, reason = ?, output = ?, stdout = ?, stderr = ? where id = ?";

    private static final Comparator<Execution> NEWEST_FIRST =
            Comparator.comparing(Execution::queuedAt).reversed().thenComparing(Execution::id);

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
    public record Write(Execution execution, Map<OutputStreamKind, byte[]> inline, boolean exists) {}

    /** Writes all in one transaction. */
    public void write(Collection<Write> writes) {
        jdbi.useTransaction(handle -> {
            batch(handle, writes, false);
            batch(handle, writes, true);
        });
    }

    /**
     * Writes what a journal says: executions that may be here already, as they were then or further on; not where the
     * environment is gone.
     */
    void replay(List<JournalEntry> entries) {
        jdbi.useTransaction(handle -> entries.forEach(entry -> replay(handle, entry)));
    }

    private static void replay(Handle handle, JournalEntry entry) {
        Execution execution = entry.execution();
        boolean known = exists(handle, "executions", execution.id());
        if (known && execution.ended().isEmpty()) {
            begin(handle, execution);
        } else if (known || exists(handle, "environments", execution.environmentId())) {
            batch(handle, List.of(new Write(execution, entry.inline(), known)), known);
        }
    }

    /** It may have ended here meanwhile: then that counts. */
    private static void begin(Handle handle, Execution execution) {
        if (execution.startedAt() != null) {
            handle.execute(
                    "update executions set state = ?, started_at = ? where id = ? and state = ?",
                    ExecutionState.RUNNING.word(),
                    utc(execution.startedAt()),
                    execution.id(),
                    ExecutionState.QUEUED.word());
        }
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
    public static void insert(Handle handle, Execution execution) {
        batch(handle, List.of(new Write(execution, Map.of(), false)), false);
    }

    /** Plain JDBC: this is where an execution's time in the database goes. */
    private static void batch(Handle handle, Collection<Write> writes, boolean updates) {
        List<Write> chosen =
                writes.stream().filter(write -> write.exists() == updates).toList();
        if (chosen.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = handle.getConnection().prepareStatement(updates ? UPDATE : INSERT)) {
            for (Write write : chosen) {
                bind(statement, updates ? changes(write) : all(write));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException refused) {
            throw new UnableToExecuteStatementException(refused, null);
        }
    }

    private static void bind(PreparedStatement statement, List<@Nullable Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (value instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else if (value == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }

    private static List<@Nullable Object> all(Write write) {
        Execution execution = write.execution();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(execution.id());
        values.add(execution.environmentId());
        values.add(execution.command());
        values.add(execution.requestedBy());
        values.add(execution.state().word());
        values.add(execution.split() ? "split" : "merged");
        values.add(execution.timeoutSeconds());
        values.add(utc(execution.queuedAt()));
        addEnd(values, write);
        return values;
    }

    private static List<@Nullable Object> changes(Write write) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(write.execution().state().word());
        addEnd(values, write);
        values.add(write.execution().id());
        return values;
    }

    private static void addEnd(List<@Nullable Object> values, Write write) {
        Optional<End> end = write.execution().ended();
        Optional<Usage> usage = end.map(End::usage);
        values.add(utc(write.execution().startedAt()));
        values.add(utc(end.map(End::at).orElse(null)));
        values.add(end.map(End::exitCode).orElse(null));
        values.add(end.map(End::signal).orElse(null));
        values.add(end.map(End::state).equals(Optional.of(ExecutionState.TIMED_OUT)));
        values.add(end.map(End::outOfMemory).orElse(false));
        values.add(end.map(End::truncated).orElse(false));
        values.add(end.map(End::outputBytes).orElse(0L));
        values.add(usage.map(Usage::durationMillis).orElse(null));
        values.add(usage.map(Usage::cpuMillis).orElse(null));
        values.add(usage.map(Usage::peakMemoryBytes).orElse(null));
        values.add(end.map(End::reason).orElse(null));
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            values.add(write.inline().get(stream));
        }
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** The environment's execution of that id. */
    public Optional<Execution> find(UUID environment, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select " + COLUMNS + " from executions where id = :id and environment_id = :environment")
                .bind("id", id)
                .bind("environment", environment)
                .map((row, context) -> read(row))
                .findOne());
    }

    /** What is stored of its outputs with the record; nothing without one. */
    public Map<OutputStreamKind, byte[]> inline(UUID id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select output, stdout, stderr from executions where id = :id")
                        .bind("id", id)
                        .map((row, context) -> readInline(row))
                        .findOne()
                        .orElse(Map.of()));
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

    /**
     * A page of an environment's, newest first.
     *
     * @param newer executions of it that count as they are here, and not as the database has them, if it does
     */
    public Page list(UUID environment, Collection<Execution> newer, int offset, int limit) {
        // Any of the newer ones may stand before, in or behind the page.
        int from = Math.max(0, offset - newer.size());
        return jdbi.withHandle(handle -> {
            List<Execution> found = others(handle, COLUMNS, environment, newer, " order by queued_at desc, id")
                    .bind("offset", from)
                    .bind("limit", offset - from + limit)
                    .map((row, context) -> read(row))
                    .list();
            int total = countOthers(handle, environment, newer) + newer.size();
            List<Execution> page = Stream.concat(found.stream(), newer.stream())
                    .sorted(NEWEST_FIRST)
                    .skip(offset - from)
                    .limit(limit)
                    .toList();
            return new Page(page, total);
        });
    }

    private static Query others(
            Handle handle, String columns, UUID environment, Collection<Execution> newer, String order) {
        return bind(
                handle.createQuery("select " + columns + whereOthers(newer) + order + " limit :limit offset :offset"),
                environment,
                newer);
    }

    private static int countOthers(Handle handle, UUID environment, Collection<Execution> newer) {
        return bind(handle.createQuery("select count(*)" + whereOthers(newer)), environment, newer)
                .mapTo(Integer.class)
                .one();
    }

    private static String whereOthers(Collection<Execution> newer) {
        return " from executions where environment_id = :environment"
                + (newer.isEmpty() ? "" : " and id not in (<newer>)");
    }

    private static Query bind(Query query, UUID environment, Collection<Execution> newer) {
        query.bind("environment", environment);
        return newer.isEmpty()
                ? query
                : query.bindList("newer", newer.stream().map(Execution::id).toList());
    }

    /** An execution that has no end, and whose it is. */
    public record Unended(Execution execution, Tenant tenant) {}

    /** All that has no end. */
    public List<Unended> unended() {
        String owner = "(select %s from environments where environments.id = executions.environment_id) as %s";
        return jdbi.withHandle(handle -> handle.createQuery("select " + COLUMNS + ", "
                        + String.format(owner, "org", "org") + ", " + String.format(owner, "workspace", "workspace")
                        + " from executions where state in ('queued', 'running')")
                .map((row, context) -> readUnended(row))
                .list());
    }

    private static Unended readUnended(ResultSet row) throws SQLException {
        Execution execution = read(row);
        WorkspaceId workspace = new WorkspaceId(row.getString("org"), row.getString("workspace"));
        return new Unended(execution, Tenant.of(workspace, execution.environmentId()));
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

    /** The newest {@code limit} of an environment, of which the log tells, without their commands; {@code newer} not. */
    public List<Execution> latest(UUID environment, Collection<Execution> newer, int limit) {
        return jdbi.withHandle(handle -> others(
                        handle,
                        WITHOUT_COMMAND,
                        environment,
                        newer,
                        " order by coalesce(ended_at, started_at, queued_at) desc")
                .bind("offset", 0)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
    }

    /** How much a stream had printed of an execution whose output has gone, if that is known. */
    public Optional<Long> bytesGone(UUID execution, OutputStreamKind stream) {
        if (stream == OutputStreamKind.OUTPUT) {
            return Optional.empty();
        }
        return jdbi.withHandle(handle -> handle.createQuery("select <column> from executions where id = :id")
                .define("column", stream.word() + "_bytes")
                .bind("id", execution)
                .map((row, context) -> Optional.ofNullable(row.getObject(1, Long.class)))
                .findOne()
                .flatMap(bytes -> bytes));
    }
}
