package dev.sandlot.e2e;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How long something took, each time. */
final class Samples {
    private final Queue<Long> nanoseconds = new ConcurrentLinkedQueue<>();

    void add(long nanos) {
        nanoseconds.add(nanos);
    }

    int count() {
        return nanoseconds.size();
    }

    /** In milliseconds, by the nearest rank; not a number when there is none. */
    double percentile(int percent) {
        long[] sorted = nanoseconds.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(sorted.length * percent / 100.0);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }
}
