package dev.sandlot.answers;

import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.records.ExecutionState;
import jakarta.json.bind.annotation.JsonbNillable;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An execution's record on the wire; its outputs are there when one is asked for alone. */
@JsonbNillable
public record ExecutionView(
        UUID id,
        UUID environmentId,
        String command,
        String requestedBy,
        String state,
        @Nullable Integer exitCode,
        @Nullable Integer signal,
        boolean timedOut,
        boolean oomKilled,
        boolean truncated,
        long outputBytes,
        int timeoutSec,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Long durationMs,
        @Nullable Long cpuMs,
        @Nullable Long peakMemoryBytes,
        @Nullable String reason,
        @JsonbNillable(false) @Nullable String output,
        @JsonbNillable(false) @Nullable String stdout,
        @JsonbNillable(false) @Nullable String stderr) {

    /**
     * An execution's outputs as text; null: not shown.
     *
     * @param truncated one of them leaves something out
     */
    record Texts(
            @Nullable String output,
            @Nullable String stdout,
            @Nullable String stderr,
            boolean truncated) {
        static final Texts NONE = new Texts(null, null, null, false);
    }

    /** Who writes it as JSON keeps it in a set meanwhile: its texts are not to be read once more for that. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    static ExecutionView of(Execution execution, long outputBytesSoFar, Texts texts) {
        Optional<End> end = execution.ended();
        Optional<Usage> usage = end.map(End::usage);
        return new ExecutionView(
                execution.id(),
                execution.environmentId(),
                execution.command(),
                execution.requestedBy(),
                execution.state().word(),
                end.map(End::exitCode).orElse(null),
                end.map(End::signal).orElse(null),
                execution.state() == ExecutionState.TIMED_OUT,
                end.map(End::outOfMemory).orElse(false),
                end.map(ended -> ended.truncated() || texts.truncated()).orElse(false),
                end.map(End::outputBytes).orElse(outputBytesSoFar),
                execution.timeoutSeconds(),
                execution.queuedAt(),
                execution.startedAt(),
                end.map(End::at).orElse(null),
                usage.map(Usage::durationMillis).orElse(null),
                usage.map(Usage::cpuMillis).orElse(null),
                usage.map(Usage::peakMemoryBytes).orElse(null),
                end.map(End::reason).orElse(null),
                texts.output(),
                texts.stdout(),
                texts.stderr());
    }
}
