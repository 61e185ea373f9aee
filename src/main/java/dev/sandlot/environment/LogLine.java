package dev.sandlot.environment;

import java.time.Instant;

/** A line of an environment's log. */
record LogLine(Instant at, String text) {}
