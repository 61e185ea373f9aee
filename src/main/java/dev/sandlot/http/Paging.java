package dev.sandlot.http;

import dev.sandlot.errors.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param page from 1
 * @param limit entries a page, 1 to 200
 */
public record Paging(int page, int limit) {
    private static final int DEFAULT_LIMIT = 50;
    private static final int LIMIT_MAX = 200;
    private static final int PAGE_MAX = 1_000_000;

    /** Reads the query parameters {@code page} and {@code limit}. */
    public static Paging read(@Nullable String page, @Nullable String limit, Faults faults) {
        return new Paging(
                number("page", page, 1, PAGE_MAX, faults), number("limit", limit, DEFAULT_LIMIT, LIMIT_MAX, faults));
    }

    private static int number(String name, @Nullable String text, int absent, int most, Faults faults) {
        if (text == null) {
            return absent;
        }
        if (!text.matches("[+-]?[0-9]{1,18}")) {
            faults.wrongType("a whole number", "query", name);
            return absent;
        }
        long number = Long.parseLong(text);
        if (number < 1 || number > most) {
            faults.badValue("Must be 1 to " + most, "query", name);
            return absent;
        }
        return (int) number;
    }

    /** How many entries come before the page. */
    public int offset() {
        return (page - 1) * limit;
    }

    /** How many pages {@code total} entries fill. */
    public int totalPages(int total) {
        return (total + limit - 1) / limit;
    }
}
