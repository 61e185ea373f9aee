package dev.sandlot.service;

import java.time.Instant;

/** A line of a log without its end, and when it was written. */
public record LogLine(Instant at, String text) {}
