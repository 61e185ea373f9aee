package dev.sandlot.records;

import dev.sandlot.audit.Origin;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The record of one execution, without its output.
 *
 * @param requestedBy the caller's subject
 * @param split its output is kept by stream as well
 * @param end how it ended; null while it has not
 * @param origin where it was asked for, for the audit
 */
public record Execution(
        UUID id,
        UUID environmentId,
        String command,
        String requestedBy,
        boolean split,
        int timeoutSeconds,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable End end,
        Origin origin) {

    /**
     * How an execution ended.
     *
     * @param exitCode as a shell reports it, 128 + N for signal N; null when it is not known
     * @param outputBytes all that it printed
     * @param truncated the answer's text leaves some of it out
     * @param reason why it is lost, or was killed before its timeout
     */
    public record End(
            ExecutionState state,
            Instant at,
            @Nullable Integer exitCode,
            @Nullable Integer signal,
            boolean outOfMemory,
            long outputBytes,
            boolean truncated,
            @Nullable Usage usage,
            @Nullable String reason) {
        public End {
            if (!state.isTerminal()) {
                throw new IllegalArgumentException("no end: " + state);
            }
        }
    }

    /** What a command used, in milliseconds and bytes. */
    public record Usage(long durationMillis, long cpuMillis, long peakMemoryBytes) {}

    /** Why one is lost that nothing has come of. */
    public static final String NEVER_BEGAN = "The command did not start; it is safe to send it again";

    /** Why one is lost whose user the sandbox does not know. */
    public static final String NO_SUCH_USER = "There is no such user in this environment; nothing ran";

    /** Why one is lost whose shell the sandbox does not have. */
    public static final String NO_SUCH_SHELL = "There is no such shell in this environment; nothing ran";

    private static final String SILENT = "It printed nothing for as long as idle_timeout_sec says, and was killed";
    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;

    /** The same, asked for there. */
    public Execution from(Origin where) {
        return with(startedAt, end, where);
    }

    public ExecutionState state() {
        if (end != null) {
            return end.state();
        }
        return startedAt == null ? ExecutionState.QUEUED : ExecutionState.RUNNING;
    }

    /** How it ended, if it has. */
    public Optional<End> ended() {
        return Optional.ofNullable(end);
    }

    public Execution started(Instant at) {
        return with(at, null, origin);
    }

    private Execution ended(End how) {
        return with(startedAt, how, origin);
    }

    private Execution with(@Nullable Instant start, @Nullable End how, Origin where) {
        return new Execution(
                id, environmentId, command, requestedBy, split, timeoutSeconds, queuedAt, start, how, where);
    }

    /** Ended as the sandbox reports it. */
    public Execution reported(ExecReport report, Instant at, boolean truncated) {
        Usage usage = new Usage(report.duration().toMillis(), report.cpu().toMillis(), report.peakMemoryBytes());
        ExecOutcome outcome = report.outcome();
        Integer signal = outcome instanceof ExecOutcome.Signalled signalled
                ? Integer.valueOf(signalled.signal())
                : outcome instanceof ExecOutcome.Exited ? null : Integer.valueOf(SIGKILL);
        int exitCode = outcome instanceof ExecOutcome.Exited exited
                ? exited.exitCode()
                : SIGNAL_BASE + (signal == null ? 0 : signal);
        String reason = outcome instanceof ExecOutcome.Silent ? SILENT : null;
        boolean outOfMemory = outcome instanceof ExecOutcome.Signalled killed && killed.outOfMemory();
        return ended(new End(
                stateOf(outcome), at, exitCode, signal, outOfMemory, report.outputBytes(), truncated, usage, reason));
    }

    private static ExecutionState stateOf(ExecOutcome outcome) {
        if (outcome instanceof ExecOutcome.TimedOut || outcome instanceof ExecOutcome.Silent) {
            return ExecutionState.TIMED_OUT;
        }
        return outcome instanceof ExecOutcome.Cancelled ? ExecutionState.CANCELLED : ExecutionState.EXITED;
    }

    /** Ended in a way that nobody knows; {@code reason} is a sentence for the caller. */
    public Execution lost(String reason, Instant at, long outputBytes, boolean truncated) {
        return ended(new End(ExecutionState.LOST, at, null, null, false, outputBytes, truncated, null, reason));
    }
}
