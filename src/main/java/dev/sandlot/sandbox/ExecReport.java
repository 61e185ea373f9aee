package dev.sandlot.sandbox;

import java.time.Duration;

/**
 * A command's end and what it used.
 *
 * @param peakMemoryBytes of its largest process
 * @param outputBytes all that it printed, kept or not
 */
public record ExecReport(ExecOutcome outcome, Duration duration, Duration cpu, long peakMemoryBytes, long outputBytes) {
    /** Of a command that was cancelled before it began. */
    public static final ExecReport NEVER_BEGAN =
            new ExecReport(new ExecOutcome.Cancelled(), Duration.ZERO, Duration.ZERO, 0, 0);
}
