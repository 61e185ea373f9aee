package dev.sandlot.task;

import java.util.Arrays;
import java.util.Locale;

/** How hard a task is, as its author says. */
enum Difficulty {
    EASY,
    MEDIUM,
    HARD;

    /** What it must be, in words. */
    static final String FORM = "easy, medium or hard";

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the word is one. */
    static boolean isOne(String word) {
        return Arrays.stream(values()).anyMatch(one -> one.word().equals(word));
    }
}
