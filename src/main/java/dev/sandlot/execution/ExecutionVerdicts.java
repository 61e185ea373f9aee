package dev.sandlot.execution;

import dev.sandlot.environment.Environments;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputText;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/** What executions have come to: as their sandbox reports it, or that nobody knows, and what follows from that. */
@Singleton
class ExecutionVerdicts {
    private static final Logger LOG = ServerLog.of(ExecutionVerdicts.class);

    private final Environments environments;
    private final IdempotencyKeys keys;
    private final OutputConfig config;
    private final Clock clock;

    @Inject
    ExecutionVerdicts(Environments environments, IdempotencyKeys keys, OutputConfig config, Clock clock) {
        this.environments = environments;
        this.keys = keys;
        this.config = config;
        this.clock = clock;
    }

    /** What is waited for. */
    @FunctionalInterface
    interface Wait {
        ExecReport await() throws SandboxException;
    }

    /** Waits, and says how the execution has ended; its output has come to its end. */
    Execution await(RunningExecution execution, Wait wait) {
        try {
            ExecReport report = wait.await();
            execution.output().end();
            return execution.record().reported(report, clock.instant(), isTruncated(execution));
        } catch (SandboxException broken) {
            return lost(execution, kindOf(execution, broken), broken);
        } catch (TimeoutException noAnswer) {
            return lost(execution, Kind.NO_ANSWER, noAnswer);
        } catch (RuntimeException | Error ours) {
            return lost(execution, Kind.UNKNOWN, ours);
        }
    }

    /** Where a task's own user is not there, that is no fault of the caller's. */
    private Kind kindOf(RunningExecution execution, SandboxException broken) {
        if (broken.kind() != Kind.NO_SUCH_USER) {
            return broken.kind();
        }
        Optional<String> tasks = environments
                .find(execution.sandbox().value())
                .flatMap(environment ->
                        Optional.ofNullable(environment.commands().user()));
        return execution.spec().user().equals(tasks) ? Kind.NOT_STARTED : Kind.NO_SUCH_USER;
    }

    private Execution lost(RunningExecution execution, Kind kind, Throwable cause) {
        Failures.log(LOG, Level.WARNING, cause, () -> "Execution " + execution.id() + " is lost: " + kind);
        execution.output().end();
        String reason = switch (kind) {
            case NOT_STARTED -> Execution.NEVER_BEGAN;
            case NO_SUCH_USER -> Execution.NO_SUCH_USER;
            case NO_SUCH_SHELL -> Execution.NO_SUCH_SHELL;
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
        return execution.record().lost(reason, clock.instant(), total, isTruncated(execution));
    }

    private void drawConsequences(RunningExecution execution, Kind kind, String reason) {
        if (kind == Kind.NOT_STARTED || kind == Kind.NO_SUCH_USER || kind == Kind.NO_SUCH_SHELL) {
            keys.release(execution.id().value());
        }
        if (kind == Kind.SANDBOX_DIED || kind == Kind.NO_ANSWER) {
            environments.fail(execution.sandbox().value(), reason);
        }
    }

    private boolean isTruncated(RunningExecution execution) {
        return OutputText.truncates(execution.output().merged().extent(), config.shownLimit());
    }
}
