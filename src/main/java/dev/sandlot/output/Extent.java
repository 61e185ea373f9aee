package dev.sandlot.output;

/**
 * Which bytes of an output are kept: all before {@code headEnd}, and all from {@code tailStart} to {@code total}.
 * Without a gap the two are equal.
 */
public record Extent(long headEnd, long tailStart, long total) {
    /** Nothing is missing. */
    static Extent whole(long total) {
        return new Extent(total, total, total);
    }

    long missing() {
        return tailStart - headEnd;
    }
}
