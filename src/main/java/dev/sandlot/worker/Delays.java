package dev.sandlot.worker;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Has something done after a time, by the container's threads: what is short, and waits for nobody. */
@Singleton
public class Delays {
    @Resource
    private ManagedScheduledExecutorService timer;

    /** Throws RejectedExecutionException when the server stops. */
    public Future<?> after(Duration wait, Runnable work) {
        return timer.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
