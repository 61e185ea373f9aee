package dev.sandlot.bench;

import dev.sandlot.e2e.Heap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What of a piece of work lives in the server's heap. */
final class HeapWatch {
    private static final double MIB = 1 << 20;

    private HeapWatch() {}

    /**
     * How much more the heap held at most, in MiB, while that was done. It is no work to be timed: to tell what lives from
     * what does not, the server collects all the while.
     */
    static double mebibytes(Subject subject, Callable<Long> work) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CountDownLatch over = new CountDownLatch(1);
        try (Heap heap = Heap.of(subject.pid())) {
            long before = heap.live();
            Future<Long> most = thread.submit(() -> most(heap, over));
            work.call();
            over.countDown();
            return (most.get() - before) / MIB;
        } finally {
            over.countDown();
            thread.shutdownNow();
        }
    }

    private static long most(Heap heap, CountDownLatch over) throws Exception {
        long most = 0;
        do {
            most = Math.max(most, heap.live());
        } while (!over.await(10, TimeUnit.MILLISECONDS));
        return most;
    }
}
