package dev.sandlot.worker;

import dev.sandlot.log.Request;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which is waited for sandboxes: virtual ones of the managed executor. Before JDK 21 that executor's
 * threads are those that answer requests; hundreds of them for waiting make every request slower, so what waits then
 * has a pool of its own of the container's threads. Of the request only its id goes along.
 */
@ContextServiceDefinition(
        name = "java:module/concurrent/plain",
        propagated = ContextServiceDefinition.APPLICATION,
        cleared = {},
        unchanged = ContextServiceDefinition.ALL_REMAINING)
@ManagedExecutorDefinition(
        name = "java:module/concurrent/executions",
        context = "java:module/concurrent/plain",
        virtual = true)
@ManagedThreadFactoryDefinition(name = "java:module/concurrent/threads", context = "java:module/concurrent/plain")
@Singleton
public class Workers {
    private static final int VIRTUAL_THREADS_SINCE = 21;
    private static final int THREADS_MAX = 4096;
    private static final int IDLE_SECONDS = 30;

    private static final ThreadLocal<Boolean> WORKING = new ThreadLocal<>();

    private final Executor executor;
    private final @Nullable ThreadPoolExecutor pool;

    @Inject
    public Workers(Platform platform) {
        if (Runtime.version().feature() >= VIRTUAL_THREADS_SINCE) {
            this.executor = platform.executor;
            this.pool = null;
        } else {
            // All that comes here has a budget of its own, with a share for each tenant: executions, their kills, who
            // follows them, requests to services, services, pulls, scripts. Their sum is below this unless an operator
            // sets it higher; what then finds no thread is refused, and not what has one already.
            this.pool = new ThreadPoolExecutor(
                    0, THREADS_MAX, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), platform.threads);
            this.executor = pool;
        }
    }

    /** Threads of somebody else's: for what is tried without a container. */
    public Workers(Executor executor) {
        this.executor = executor;
        this.pool = null;
    }

    /** What the container gives. */
    @Singleton
    public static class Platform {
        @Resource(lookup = "java:module/concurrent/executions")
        private ManagedExecutorService executor;

        @Resource(lookup = "java:module/concurrent/threads")
        private ManagedThreadFactory threads;
    }

    /** For the current request. Throws RejectedExecutionException when there is no thread for it, or the server stops. */
    public void execute(Runnable work) {
        executor.execute(working(Request.carry(work)));
    }

    /** Runs what belongs to no request: it goes on for longer than the one that began it, or is done for all. */
    public void executeApart(Runnable work) {
        executor.execute(working(() -> Request.within(null, work::run)));
    }

    private static Runnable working(Runnable work) {
        return () -> {
            WORKING.set(true);
            try {
                work.run();
            } finally {
                WORKING.remove();
            }
        };
    }

    /** Whether the current thread is one of these: one that may wait for what a tenant does. */
    public static boolean isWorker() {
        return WORKING.get() != null;
    }

    @PreDestroy
    void stop() {
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
