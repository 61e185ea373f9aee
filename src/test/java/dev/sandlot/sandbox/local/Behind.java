package dev.sandlot.sandbox.local;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A thread for what nobody waits for, which may be held up. */
final class Behind implements Executor, AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean holding;

    @Override
    public synchronized void execute(Runnable work) {
        if (holding) {
            held.add(work);
        } else {
            thread.execute(work);
        }
    }

    /** Nothing more begins until {@link #release}. */
    synchronized void hold() {
        holding = true;
    }

    synchronized void release() {
        holding = false;
        held.forEach(thread::execute);
        held.clear();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
