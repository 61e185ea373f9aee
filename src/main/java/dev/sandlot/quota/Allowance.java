package dev.sandlot.quota;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a quota can be of. */
public enum Allowance {
    /** Environments that live, or whose sandbox still does. */
    ENVIRONMENTS(0),
    /** Executions at once. */
    EXECUTIONS(0),
    /** Processor time of the executions that end on one day (UTC). */
    CPU_SECONDS_PER_DAY(0),
    /** Outputs and records that are kept. */
    KEPT_MIB(1),
    /** For long; twice as many at once. */
    REQUESTS_PER_SECOND(1);

    /** So much is no bound, whatever its unit. */
    public static final long MOST = 1_000_000_000;

    private final long least;

    Allowance(long least) {
        this.least = least;
    }

    /** The word on the wire, in the file and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The smallest quota of it. */
    public long least() {
        return least;
    }

    /** The one of that word. */
    static Optional<Allowance> parse(String word) {
        return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    /** All words, for a sentence. */
    public static String words() {
        return Arrays.stream(values()).map(Allowance::word).collect(Collectors.joining(", "));
    }

    long require(long most) {
        if (most < least || most > MOST) {
            throw new IllegalArgumentException(word() + " must be " + least + " to " + MOST);
        }
        return most;
    }
}
