package dev.sandlot.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How often something took how long. */
final class Buckets {
    private static final double NANOS = 1e9;
    /** Seconds: from the shortest command to the longest. */
    private static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600
    };

    private static final long[] BOUNDS_NANOS = nanos();

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Buckets() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    private static long[] nanos() {
        long[] nanos = new long[BOUNDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = Math.round(BOUNDS[i] * NANOS);
        }
        return nanos;
    }

    /** Time that runs backwards, as a clock that is set does, was none. */
    void record(long took) {
        long time = Math.max(0, took);
        int i = 0;
        while (i < BOUNDS_NANOS.length && time > BOUNDS_NANOS[i]) {
            i++;
        }
        counts[i].increment();
        nanos.add(time);
    }

    /** The count is the sum of what is shown before it, so that a histogram does not contradict itself. */
    void write(TextFormat to, Family family, String word) {
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i].sum();
            String bound = i < BOUNDS.length ? TextFormat.number(BOUNDS[i]) : "+Inf";
            to.sample(family, "_bucket", (double) count, family.label(), word, "le", bound);
        }
        to.sample(family, "_sum", nanos.sum() / NANOS, family.label(), word);
        to.sample(family, "_count", (double) count, family.label(), word);
    }
}
