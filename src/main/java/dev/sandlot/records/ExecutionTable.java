package dev.sandlot.records;

import dev.sandlot.audit.Origin;
import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of executions: which column holds what. Its statements are made once, for every execution has some. */
final class ExecutionTable {
    private static final String SPLIT = "split";

    private static final Columns<Execution> KEY =
            Columns.of("id", Execution::id).and("environment_id", Execution::environmentId);

    /** As long as a column may be. */
    private static final int COLUMN_MAX = 1 << 20;

    private static final Columns<Execution> COMMAND = Columns.<Execution>of(
                    "command", execution -> execution.command().substring(0, cut(execution.command())))
            .and("command_rest", execution -> rest(execution.command()));

    private static final Columns<Execution> REQUEST = Columns.of("requested_by", Execution::requestedBy)
            .and("streams", execution -> execution.split() ? SPLIT : "merged")
            .and("timeout_sec", Execution::timeoutSeconds)
            .and("queued_at", Execution::queuedAt);

    private static final Columns<Optional<Usage>> USAGE = Columns.<Optional<Usage>>of(
                    "duration_ms", usage -> usage.map(Usage::durationMillis).orElse(null))
            .and("cpu_ms", usage -> usage.map(Usage::cpuMillis).orElse(null))
            .and("peak_memory_bytes", usage -> usage.map(Usage::peakMemoryBytes).orElse(null));

    private static final Columns<Optional<End>> END = Columns.<Optional<End>>of(
                    "ended_at", end -> end.map(End::at).orElse(null))
            .and("exit_code", end -> end.map(End::exitCode).orElse(null))
            .and("signal", end -> end.map(End::signal).orElse(null))
            .and("timed_out", end -> end.map(End::state).equals(Optional.of(ExecutionState.TIMED_OUT)))
            .and("oom_killed", end -> end.map(End::outOfMemory).orElse(false))
            .and("truncated", end -> end.map(End::truncated).orElse(false))
            .and("output_bytes", end -> end.map(End::outputBytes).orElse(0L))
            .and(USAGE.in(end -> end.map(End::usage)))
            .and("reason", end -> end.map(End::reason).orElse(null));

    private static final Columns<Origin> ORIGIN = Columns.of("credential", Origin::credential)
            .and("client_address", Origin::address)
            .and("request_id", Origin::requestId)
            .and("trace_id", Origin::traceId);

    /** What changes as an execution goes on. */
    private static final Columns<Execution> PROGRESS = Columns.<Execution>of(
                    "state", execution -> execution.state().word())
            .and("started_at", Execution::startedAt)
            .and(END.in(Execution::ended));

    private static final Columns<Execution> RECORD =
            KEY.and(COMMAND).and(REQUEST).and(ORIGIN.in(Execution::origin)).and(PROGRESS);

    /** All of a row. */
    static final Columns<RecordWrite> ALL = RECORD.in(RecordWrite::execution).and(outputs());

    /** What a row gets when an execution has gone on. */
    static final Columns<RecordWrite> CHANGES =
            PROGRESS.in(RecordWrite::execution).and(outputs());

    static final String INSERT = ALL.insertInto("executions");

    /** The id comes after the changes. */
    static final String UPDATE = "update executions set " + CHANGES.assignments() + " where id = ?";

    /** What {@link #read} asks for. */
    static final String SELECTED = RECORD.names();

    /** The same without the command, which may be long. */
    static final String SELECTED_WITHOUT_COMMAND = KEY.names() + ", '' as command, null as command_rest, "
            + REQUEST.and(ORIGIN.in(Execution::origin)).and(PROGRESS).names();

    private ExecutionTable() {}

    /** Not within a character: halves of one are no text. */
    private static int cut(String command) {
        if (command.length() <= COLUMN_MAX) {
            return command.length();
        }
        return Character.isLowSurrogate(command.charAt(COLUMN_MAX)) ? COLUMN_MAX - 1 : COLUMN_MAX;
    }

    private static @Nullable String rest(String command) {
        int cut = cut(command);
        return cut == command.length() ? null : command.substring(cut);
    }

    private static String readCommand(ResultSet row) throws SQLException {
        String rest = row.getString("command_rest");
        String command = row.getString("command");
        return rest == null ? command : command + rest;
    }

    private static Columns<RecordWrite> outputs() {
        return Stream.of(OutputStreamKind.values())
                .map(stream -> Columns.<RecordWrite>of(
                        stream.word(), write -> write.inline().get(stream)))
                .reduce(Columns::and)
                .orElseThrow();
    }

    static Execution read(ResultSet row) throws SQLException {
        ExecutionState state = ExecutionState.stored(row.getString("state"));
        return new Execution(
                row.getObject("id", UUID.class),
                row.getObject("environment_id", UUID.class),
                readCommand(row),
                row.getString("requested_by"),
                row.getString("streams").equals(SPLIT),
                row.getInt("timeout_sec"),
                Moments.require(row, "queued_at"),
                Moments.find(row, "started_at").orElse(null),
                state.isTerminal() ? readEnd(row, state) : null,
                new Origin(
                        row.getString("credential"),
                        row.getString("client_address"),
                        row.getString("request_id"),
                        row.getString("trace_id")));
    }

    private static End readEnd(ResultSet row, ExecutionState state) throws SQLException {
        Long duration = row.getObject("duration_ms", Long.class);
        return new End(
                state,
                Moments.require(row, "ended_at"),
                row.getObject("exit_code", Integer.class),
                row.getObject("signal", Integer.class),
                row.getBoolean("oom_killed"),
                row.getLong("output_bytes"),
                row.getBoolean("truncated"),
                duration == null ? null : new Usage(duration, row.getLong("cpu_ms"), row.getLong("peak_memory_bytes")),
                row.getString("reason"));
    }
}
