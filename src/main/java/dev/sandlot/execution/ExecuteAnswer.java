package dev.sandlot.execution;

/** The answer to an execute: these two members and no other. */
public record ExecuteAnswer(int exitCode, String output) {}
