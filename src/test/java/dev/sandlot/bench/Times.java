package dev.sandlot.bench;

import java.util.Arrays;

/** How long one thing took, each time. For one thread. */
final class Times {
    private static final double MILLI = 1e6;

    private long[] nanos = new long[256];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    void addAll(Times others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    int count() {
        return count;
    }

    /** The least time, in milliseconds, that this part of all did not exceed; NaN when there are none. */
    double millis(double part) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(part * count);
        return sorted[Math.max(0, rank - 1)] / MILLI;
    }

    double p50() {
        return millis(0.5);
    }

    double p95() {
        return millis(0.95);
    }

    double p99() {
        return millis(0.99);
    }

    /** Those of one of as many parts of equal size, in the order in which they were added. */
    Times part(int index, int parts) {
        Times some = new Times();
        for (long i = (long) count * index / parts; i < (long) count * (index + 1) / parts; i++) {
            some.add(nanos[(int) i]);
        }
        return some;
    }
}
