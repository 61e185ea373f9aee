package dev.sandlot.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes on their way: shown as a bar where there is a terminal, and interrupted when none has moved for long, since a
 * connection that is gone does not always say so.
 */
final class Progress implements AutoCloseable {
    /** The server breaks off after a minute. */
    private static final Duration SILENCE = Duration.ofSeconds(90);

    private static final Duration TICK = Duration.ofMillis(200);
    private static final int WIDTH = 30;
    private static final int PERCENT = 100;
    private static final double MIB = 1 << 20;

    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong heard = new AtomicLong(System.nanoTime());
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread mover = Thread.currentThread();
    private final long begun = System.nanoTime();
    private final PrintWriter err;
    private final boolean isShown;
    private final Watch watch = new Watch();
    private volatile long total = -1;

    /** {@code isShown}: the errors go to a terminal. This thread is the one that is interrupted. */
    Progress(PrintWriter err, boolean isShown) {
        this.err = err;
        this.isShown = isShown;
        watch.start();
    }

    boolean isShown() {
        return isShown;
    }

    /** How many bytes there will be, where that is known. */
    void expect(long bytes) {
        total = bytes;
    }

    void moved(long bytes) {
        moved.addAndGet(bytes);
        heard.set(System.nanoTime());
    }

    long heard() {
        return heard.get();
    }

    /** All that is read from it counts. */
    InputStream counting(InputStream source) {
        return new Counting(source);
    }

    /** Nothing is waited for any more, and nothing is interrupted. */
    void whole() {
        over.countDown();
        try {
            watch.join();
        } catch (InterruptedException late) {
            // It was about to, while all had come already.
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        whole();
    }

    private final class Watch extends Thread {
        Watch() {
            super("progress");
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!over.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    show();
                    if (System.nanoTime() - heard.get() > SILENCE.toNanos()) {
                        heard.set(System.nanoTime());
                        mover.interrupt();
                    }
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            wipe();
        }
    }

    private void show() {
        if (isShown) {
            err.print("\r\u001b[K" + line(moved.get(), total, System.nanoTime() - begun));
            err.flush();
        }
    }

    private void wipe() {
        if (isShown) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    /** So many bytes of so many (negative: nobody knows of how many) after so many nanoseconds. */
    static String line(long moved, long total, long nanos) {
        double rate = moved / MIB / Math.max(1e-3, nanos / 1e9);
        if (total <= 0) {
            return String.format(Locale.ROOT, "%.1f MiB  %.1f MiB/s", moved / MIB, rate);
        }
        double part = Math.min(1, (double) moved / total);
        int full = (int) (part * WIDTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %.1f of %.1f MiB  %.1f MiB/s",
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                (int) (part * PERCENT),
                moved / MIB,
                total / MIB,
                rate);
    }

    private final class Counting extends FilterInputStream {
        Counting(InputStream source) {
            super(source);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            moved(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            moved(Math.max(0, count));
            return count;
        }
    }
}
