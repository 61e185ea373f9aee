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

    /**
     * Waits, and says how the execution has ended; its output has come to its end. Empty where it is not waited for any
     * more, for the server stops: that is no end. The command runs on, or its sandbox holds its ending, and the next
     * server comes back to it.
     */
    Optional<Execution> await(RunningExecution execution, Wait wait) {
        try {
            ExecReport report = wait.await();
            execution.output().end();
            if (isStopped()) {
                // An interrupt closes the file that an output is written to: what is there may not be all of it.
                return Optional.empty();
            }
            Instant now = clock.instant();
            measure(execution.record(), report, now);
            return Optional.of(execution.record().reported(report, now, isTruncated(execution)));
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

    private static boolean isStopped() {
        return Thread.currentThread().isInterrupted();
    }

    /** Whatever broke on a thread that was told to stop, broke by that. */
    private Optional<Execution> lost(RunningExecution execution, Kind kind, Throwable cause) {
        Optional<String> reason = reason(isStopped() ? Kind.INTERRUPTED : kind);
        if (reason.isEmpty()) {
            Failures.log(LOG, Level.INFO, cause, () -> "Execution " + execution.id() + " is left to the next server");
            return Optional.empty();
        }
        return Optional.of(lost(execution, kind, reason.get(), cause));
    }

    /** Empty: that is no end. */
    private static Optional<String> reason(Kind kind) {
        return switch (kind) {
            case NOT_STARTED -> Optional.of(Execution.NEVER_BEGAN);
            case NO_SUCH_USER -> Optional.of(Execution.NO_SUCH_USER);
            case NO_SUCH_SHELL -> Optional.of(Execution.NO_SUCH_SHELL);
            case UNKNOWN -> Optional.of("The sandbox runtime failed; what became of the command is not known");
            case SANDBOX_DIED -> Optional.of("The environment died under the command");
            case NO_ANSWER -> Optional.of("The sandbox did not answer in time; the environment was ended");
            case INTERRUPTED -> Optional.empty();
        };
    }

    private static void measure(Execution record, ExecReport report, Instant now) {
        Instant started = record.startedAt() == null ? now : record.startedAt();
        Metrics.QUEUE.record(Duration.between(record.queuedAt(), started));
        Metrics.RUN.record(report.duration());
        Metrics.OVERHEAD.record(Duration.between(started, now).minus(report.duration()));
    }

    private Execution lost(RunningExecution execution, Kind kind, String reason, Throwable cause) {
        Failures.log(LOG, Level.WARNING, cause, () -> "Execution " + execution.id() + " is lost: " + kind);
        execution.output().end();
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
