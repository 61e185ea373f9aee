package dev.sandlot.execution;

import dev.sandlot.environment.Environments;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.log.Failures;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputText;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.worker.Workers;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

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
    private ExecutionJournal journal;

    @Inject
    private RunningExecutions running;

    @Inject
    private SandboxBackend backend;

    @Inject
    private Environments environments;

    @Inject
    private IdempotencyKeys keys;

    @Inject
    private KeptBytes kept;

    @Inject
    private OutputConfig config;

    @Inject
    private Clock clock;

    /** What is waited for. */
    @FunctionalInterface
    private interface Wait {
        ExecReport await() throws SandboxException;
    }

    /**
     * Begins an execution; its {@code ended} tells of its end.
     *
     * @throws RejectedExecutionException when nobody can see to it now; then it has not begun
     */
    public void dispatch(RunningExecution execution) {
        submit(execution, () -> runner.run(execution));
    }

    /** Takes up one that an earlier server began. Where nobody can see to it now, the next server does. */
    public void follow(RunningExecution execution) {
        try {
            submit(execution, () -> runner.follow(execution));
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
        finishOrKeep(execution, endOf(execution, wait));
    }

    /** Whoever waits hears of it; nothing is held any more. */
    private void abandon(RunningExecution execution, RuntimeException why) {
        running.remove(execution);
        execution.output().end();
        execution.fail(why);
    }

    private void finishOrKeep(RunningExecution execution, Execution end) {
        try {
            finish(execution, end);
        } catch (RuntimeException notNow) {
            Failures.log(
                    LOG, Level.SEVERE, notNow, () -> "The end of execution " + execution.id() + " can't be stored yet");
            execution.keep(end, notNow);
        }
    }

    /** Tries again to store the ends that could not be. Called several times a second. */
    public void storeKept() {
        for (RunningExecution execution : running.all()) {
            execution
                    .unstored()
                    .ifPresent(end -> RequestId.within(execution.requestId(), () -> tryAgain(execution, end)));
        }
    }

    private void tryAgain(RunningExecution execution, Execution end) {
        try {
            finish(execution, end);
        } catch (RuntimeException stillNot) {
            Failures.log(LOG, Level.FINE, stillNot, () -> "The end of execution " + execution.id() + " stays here");
        }
    }

    private Execution endOf(RunningExecution execution, Wait wait) {
        try {
            ExecReport report = wait.await();
            execution.output().end();
            return execution.record().reported(report, now(), isTruncated(execution));
        } catch (SandboxException broken) {
            return lost(execution, broken.kind(), broken);
        } catch (TimeoutException noAnswer) {
            return lost(execution, Kind.NO_ANSWER, noAnswer);
        } catch (RuntimeException | Error ours) {
            return lost(execution, Kind.UNKNOWN, ours);
        }
    }

    private Execution lost(RunningExecution execution, Kind kind, Throwable cause) {
        Failures.log(LOG, Level.WARNING, cause, () -> "Execution " + execution.id() + " is lost: " + kind);
        execution.output().end();
        String reason = switch (kind) {
            case NOT_STARTED -> Execution.NEVER_BEGAN;
            case UNKNOWN -> "The sandbox runtime failed; what became of the command is not known";
            case SANDBOX_DIED -> "The environment died under the command";
            case NO_ANSWER -> "The sandbox did not answer in time; the environment was ended";
        };
        try {
            drawConsequences(execution, kind, reason);
        } catch (RuntimeException notNow) {
            // Its end counts all the same.
            Failures.log(LOG, Level.WARNING, notNow, () -> "What follows from that can't be done now");
        }
        long total = execution.output().merged().extent().total();
        return execution.record().lost(reason, now(), total, isTruncated(execution));
    }

    private void drawConsequences(RunningExecution execution, Kind kind, String reason) {
        if (kind == Kind.NOT_STARTED) {
            keys.release(execution.id().value());
        }
        if (kind == Kind.SANDBOX_DIED || kind == Kind.NO_ANSWER) {
            environments.fail(execution.sandbox().value(), reason);
        }
    }

    private boolean isTruncated(RunningExecution execution) {
        return OutputText.truncates(execution.output().merged().extent(), config.shownLimit());
    }

    private Instant now() {
        return clock.instant();
    }

    /** Stored first, then told: nobody hears of an end that a crash could take back. */
    private void finish(RunningExecution execution, Execution end) {
        Map<OutputStreamKind, byte[]> inline = execution.output().inline();
        journal.end(end, inline);
        kept.recorded(end.environmentId(), StoredBytes.sizeOf(end), LiveOutput.size(inline));
        backend.acknowledge(execution.sandbox(), execution.id());
        running.remove(execution);
        execution.complete(end);
    }
}
