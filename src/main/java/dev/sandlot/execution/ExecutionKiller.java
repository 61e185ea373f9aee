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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Kills executions on request: for each of them one worker at a time, however often it is asked for. */
@Singleton
class ExecutionKiller {
    private static final Logger LOG = ServerLog.of(ExecutionKiller.class);
    private static final long PATIENCE_SECONDS = 10;

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
        return Request.carry(
                timed(execution).completeOnTimeout(execution.record(), PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private static CompletableFuture<Execution> timed(RunningExecution execution) {
        long asked = System.nanoTime();
        return execution.ended().thenApply(end -> {
            Metrics.KILL.recordNanos(System.nanoTime() - asked);
            return end;
        });
    }

    private void begin(RunningExecution execution) {
        boolean begun = false;
        try {
            workers.execute(() -> killOnce(execution));
            begun = true;
        } finally {
            if (!begun) {
                execution.endKilling();
            }
        }
    }

    /** First what keeps it from beginning, then what kills it where it has begun: in between is nothing. */
    private void killOnce(RunningExecution execution) {
        try {
            execution.cancel();
            backend.cancel(execution.sandbox(), execution.id());
        } catch (SandboxException broken) {
            Failures.log(LOG, Level.FINE, broken, () -> "execution " + execution.id() + " is ending otherwise");
        } finally {
            execution.endKilling();
        }
    }
}
