package dev.sandlot.answers;

/** The answer to an execute: these two members and no other. */
public record ResultView(int exitCode, String output) {}
