package dev.sandlot;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a test lets go on beside its own thread, each in a thread of its own: the common pool may have one thread alone,
 * in which those that wait for each other wait for ever.
 */
public final class Apart {
    private Apart() {}

    public static CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, Apart::begin);
    }

    public static <T> CompletableFuture<T> supply(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, Apart::begin);
    }

    /** The same of what may throw anything: that is how it ends. */
    public static <T> CompletableFuture<T> call(Callable<T> work) {
        CompletableFuture<T> called = new CompletableFuture<>();
        begin(() -> {
            try {
                called.complete(work.call());
            } catch (Throwable failed) {
                called.completeExceptionally(failed);
            }
        });
        return called;
    }

    private static void begin(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }
}
