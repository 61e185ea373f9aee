package dev.sandlot.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the name that somebody may have meant. */
final class Spelling {
    /** The part of a name's letters that may be wrong: one of so many. */
    private static final int WRONG_PART = 6;

    private Spelling() {}

    /** The known name that is most like it, in any order of its words; empty when none is. */
    static Optional<String> nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(one -> distance(name, one)))
                .filter(one -> distance(name, one) <= name.length() / WRONG_PART);
    }

    private static int distance(String one, String other) {
        return Math.min(edits(one, other), 1 + edits(sorted(one), sorted(other)));
    }

    private static String sorted(String name) {
        return Arrays.stream(name.split("_", -1)).sorted().collect(Collectors.joining("_"));
    }

    /** The number of letters put in, taken out or exchanged between them (Levenshtein). */
    private static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
