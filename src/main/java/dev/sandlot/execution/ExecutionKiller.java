package dev.sandlot.execution;

import dev.sandlot.log.Failures;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Kills executions on request: for each of them one worker at a time, however often it is asked for. */
@Singleton
class ExecutionKiller {
    private static final Logger LOG = ServerLog.of(ExecutionKiller.class);
    private static final int TRIES = 100;
    private static final long PAUSE_MILLIS = 100;

    private final SandboxBackend backend;
    private final Workers workers;

    @Inject
    ExecutionKiller(SandboxBackend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    /** Kills it; completes with its end, or after 10 s with the execution as it still is. */
    CompletionStage<Execution> kill(RunningExecution execution) {
        if (execution.beginKilling()) {
            begin(execution);
        }
        return Request.carry(execution
                .ended()
                .copy()
                .completeOnTimeout(execution.record(), TRIES * PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void begin(RunningExecution execution) {
        boolean begun = false;
        try {
            workers.execute(() -> killUntilItEnds(execution));
            begun = true;
        } finally {
            if (!begun) {
                execution.endKilling();
            }
        }
    }

    /** Asks for the kill until the execution has ended: one that has not reached its sandbox yet is not known there. */
    private void killUntilItEnds(RunningExecution execution) {
        long begun = System.nanoTime();
        try {
            for (int i = 0; i < TRIES && !execution.ended().isDone(); i++) {
                killOnce(execution);
            }
            if (execution.ended().isDone()) {
                Metrics.KILL.recordNanos(System.nanoTime() - begun);
            }
        } finally {
            execution.endKilling();
        }
    }

    private void killOnce(RunningExecution execution) {
        try {
            backend.cancel(execution.sandbox(), execution.id());
            execution.ended().get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException goesOn) {
            LOG.log(Level.FINE, "execution {0} has not ended yet", execution.id());
        } catch (SandboxException | ExecutionException broken) {
            Failures.log(LOG, Level.FINE, broken, () -> "execution " + execution.id() + " is ending otherwise");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
