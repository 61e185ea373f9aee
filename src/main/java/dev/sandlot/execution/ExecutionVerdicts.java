package dev.sandlot.execution;

import dev.sandlot.environment.Environments;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputText;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
            Instant now = clock.instant();
            measure(execution.record(), report, now);
            return execution.record().reported(report, now, isTruncated(execution));
        } catch (SandboxException broken) {
            return lost(execution, broken.kind(), broken);
        } catch (TimeoutException noAnswer) {
            return lost(execution, Kind.NO_ANSWER, noAnswer);
        } catch (RuntimeException | Error ours) {
            return lost(execution, Kind.UNKNOWN, ours);
        }
    }

    private static void measure(Execution record, ExecReport report, Instant now) {
        Instant started = record.startedAt() == null ? now : record.startedAt();
        Metrics.QUEUE.record(Duration.between(record.queuedAt(), started));
        Metrics.RUN.record(report.duration());
        Metrics.OVERHEAD.record(Duration.between(started, now).minus(report.duration()));
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
        return execution.record().lost(reason, clock.instant(), total, isTruncated(execution));
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
}
