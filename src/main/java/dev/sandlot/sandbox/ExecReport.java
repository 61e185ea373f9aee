package dev.sandlot.sandbox;

import java.time.Duration;

/**
 * A command's end and what it used.
 *
 * @param peakMemoryBytes of its largest process
 * @param outputBytes all that it printed, kept or not
 */
public record ExecReport(
        ExecOutcome outcome, Duration duration, Duration cpu, long peakMemoryBytes, long outputBytes) {}
