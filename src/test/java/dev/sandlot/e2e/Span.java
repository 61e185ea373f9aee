package dev.sandlot.e2e;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time that something is to last. It can be cut short, and then nobody waits for the rest of it. */
final class Span {
    private final CountDownLatch cut = new CountDownLatch(1);
    private final long end;

    /** Begins now. */
    Span(Duration length) {
        this.end = System.nanoTime() + length.toNanos();
    }

    boolean isOver() {
        return cut.getCount() == 0 || left() <= 0;
    }

    private long left() {
        return end - System.nanoTime();
    }

    void cut() {
        cut.countDown();
    }

    /** Waits that long, but not beyond the end. */
    void pause(Duration length) throws InterruptedException {
        await(Math.min(length.toNanos(), left()));
    }

    /** Waits for the end. */
    void await() throws InterruptedException {
        await(left());
    }

    private void await(long nanos) throws InterruptedException {
        cut.await(nanos, TimeUnit.NANOSECONDS);
    }
}
