package dev.sandlot.execution;

import dev.sandlot.execution.ExecutionVerdicts.Wait;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.records.Execution;
import dev.sandlot.worker.Workers;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Hands executions to a worker and sees each of them to its stored end. */
@Stateless
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ExecutionDispatcher {
    private static final Logger LOG = ServerLog.of(ExecutionDispatcher.class);

    @Inject
    private Workers workers;

    @Inject
    private ExecutionRunner runner;

    @Inject
    private ExecutionKiller killer;

    @Inject
    private RunningExecutions running;

    @Inject
    private ExecutionVerdicts verdicts;

    @Inject
    private ExecutionEnding ending;

    /**
     * Begins an execution; its {@code ended} tells of its end.
     *
     * @throws RejectedExecutionException when nobody can see to it now; then it has not begun
     */
    public void dispatch(RunningExecution execution) {
        submit(execution, execution.isLong() ? () -> runner.runLong(execution) : () -> runner.run(execution));
    }

    /** Takes up one that an earlier server began. Where nobody can see to it now, the next server does. */
    public void follow(RunningExecution execution) {
        try {
            Wait wait = execution.isLong() ? () -> runner.followLong(execution) : () -> runner.follow(execution);
            Request.within(execution.request(), () -> submit(execution, wait));
        } catch (RejectedExecutionException noWorker) {
            LOG.log(Level.WARNING, "Execution {0} is not followed: no worker is free", execution.id());
        }
    }

    /** Kills one; completes with its end, or after 10 s with the execution as it still is. */
    public CompletionStage<Execution> cancel(RunningExecution execution) {
        return killer.kill(execution);
    }

    private void submit(RunningExecution execution, Wait wait) {
        running.add(execution);
        try {
            workers.execute(() -> work(execution, wait));
        } catch (RuntimeException noWorker) {
            abandon(execution, noWorker);
            throw noWorker;
        }
    }

    private void work(RunningExecution execution, Wait wait) {
        verdicts.await(execution, wait).ifPresentOrElse(end -> ending.end(execution, end), execution::leave);
    }

    /** Gives up an execution that nobody can see to: whoever waits hears of it, and nothing is held any more. */
    private void abandon(RunningExecution execution, RuntimeException why) {
        running.remove(execution);
        execution.output().end();
        execution.fail(why);
    }
}
