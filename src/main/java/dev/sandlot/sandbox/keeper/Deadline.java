package dev.sandlot.sandbox.keeper;

import java.time.Duration;

/** Until when a thread may wait for a keeper. It says so itself; the watchdog, which is another one, looks. */
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;

    private volatile long at = NONE;

    /** From now on. */
    void set(Duration most) {
        at = System.nanoTime() + most.toNanos();
    }

    /** Ends the deadline: nobody waits any more. */
    void lift() {
        at = NONE;
    }

    /** {@code now}: as {@link System#nanoTime}. */
    boolean isPast(long now) {
        long end = at;
        return end != NONE && now - end > 0;
    }
}
