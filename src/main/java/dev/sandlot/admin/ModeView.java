package dev.sandlot.admin;

/** What the server takes of new work: {@code open}, {@code drain} or {@code read_only}. */
public record ModeView(String mode) {}
