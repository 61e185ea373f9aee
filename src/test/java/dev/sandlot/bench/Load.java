package dev.sandlot.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;

/** Clients that each do one thing over and over, side by side. */
final class Load implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What a client does. */
    @FunctionalInterface
    interface Work {
        void once() throws Exception;
    }

    /**
     * What clients did.
     *
     * @param each the times of each client
     */
    record Done(List<Times> each, double seconds) {
        Times all() {
            Times all = new Times();
            each.forEach(all::addAll);
            return all;
        }
    }

    /** For so long. */
    Done during(Duration time, List<? extends Work> clients) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        return run(clients, done -> System.nanoTime() < end);
    }

    /** Each client so many times. */
    Done times(int count, List<? extends Work> clients) throws Exception {
        return run(clients, done -> done < count);
    }

    private Done run(List<? extends Work> clients, IntPredicate goesOn) throws Exception {
        List<Callable<Times>> loops = new ArrayList<>();
        clients.forEach(client -> loops.add(() -> loop(client, goesOn)));
        long start = System.nanoTime();
        List<Times> each = new ArrayList<>();
        for (Future<Times> loop : threads.invokeAll(loops)) {
            each.add(loop.get());
        }
        return new Done(each, (System.nanoTime() - start) / 1e9);
    }

    private static Times loop(Work client, IntPredicate goesOn) throws Exception {
        Times times = new Times();
        while (goesOn.test(times.count())) {
            long start = System.nanoTime();
            client.once();
            times.add(System.nanoTime() - start);
        }
        return times;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
