package dev.sandlot.task;

import java.time.Duration;

/** Shell text that a task has run in an environment, as root: when it is made, or before it is torn down. */
public record TaskScript(String text, Duration timeout) {
    /** No script may take longer. */
    public static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    static final Duration TIMEOUT_DEFAULT = Duration.ofMinutes(1);

    public TaskScript {
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a script has at least one character and no NUL");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("a script's timeout must be 1 s to " + TIMEOUT_MAX + ": " + timeout);
        }
    }
}
