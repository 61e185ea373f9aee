package dev.sandlot.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that goes on beside the caller's. Once this is closed it has ended, or its time is over. */
final class Meanwhile<T> implements AutoCloseable {
    private final Future<T> work;
    private final long deadline;

    private Meanwhile(Future<T> work, long deadline) {
        this.work = work;
        this.deadline = deadline;
    }

    /** Begins it; {@code patience} is its time. */
    static <T> Meanwhile<T> begin(ExecutorService executor, Duration patience, Callable<T> work) {
        return new Meanwhile<>(executor.submit(work), System.nanoTime() + patience.toNanos());
    }

    /** What came of it. What it failed with is thrown as it would have been without a thread of its own. */
    T get() throws IOException {
        try {
            return end();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException broken) {
                throw broken;
            }
            if (failed.getCause() instanceof RuntimeException broken) {
                throw broken;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException("it took too long", late);
        }
    }

    /** Whoever leaves early cleans up after it, and must not do that while it goes on. */
    @Override
    public void close() {
        try {
            end();
        } catch (ExecutionException | TimeoutException | IOException ended) {
            // Told to whoever asked for the result; who left before it was there has a failure of his own.
            return;
        }
    }

    private T end() throws ExecutionException, TimeoutException, IOException {
        try {
            return work.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
