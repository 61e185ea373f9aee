package dev.sandlot.sandbox;

/**
 * How much of a command's output has arrived, in bytes.
 *
 * @param output of standard output, or of both streams where one pipe carries them
 * @param stderr of standard error, where it has a pipe of its own
 */
public record KnownOutput(long output, long stderr) {}
