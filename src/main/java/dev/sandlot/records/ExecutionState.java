package dev.sandlot.records;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The place of an execution in its life. */
public enum ExecutionState {
    QUEUED,
    RUNNING,
    /** Its process ended, by itself or by a signal. */
    EXITED,
    TIMED_OUT,
    CANCELLED,
    /** What became of it can't be known, or it never ran; its record says why. */
    LOST;

    /** The word on the wire and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ExecutionState stored(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The words of the states of executions that have no end, for a statement that asks for them. */
    static List<String> unended() {
        return Arrays.stream(values())
                .filter(state -> !state.isTerminal())
                .map(ExecutionState::word)
                .toList();
    }

    /** True for a state that is never left. */
    public boolean isTerminal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case EXITED, TIMED_OUT, CANCELLED, LOST -> true;
        };
    }
}
