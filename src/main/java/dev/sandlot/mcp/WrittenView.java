package dev.sandlot.mcp;

/**
 * What a model is told of a file that it has written.
 *
 * @param bytes those that were written
 * @param size of all of it now
 */
public record WrittenView(String path, long bytes, long size) {}
