package dev.sandlot.execution;

import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Waits for a command on a worker's thread. The sandbox's own clock ends a command; {@code @Timeout} is the backstop for
 * a sandbox that never answers, and lies behind every clock of it.
 */
@Singleton
public class ExecutionRunner {
    private static final int BACKSTOP_SECONDS = ExecuteRequest.TIMEOUT_MAX + 30;

    private final SandboxBackend backend;
    private final ExecutionJournal journal;
    private final Clock clock;

    @Inject
    public ExecutionRunner(SandboxBackend backend, ExecutionJournal journal, Clock clock) {
        this.backend = backend;
        this.journal = journal;
        this.clock = clock;
    }

    @Timeout(value = BACKSTOP_SECONDS, unit = ChronoUnit.SECONDS)
    ExecReport run(RunningExecution running) throws SandboxException {
        journal.start(running.start(clock.instant()));
        return backend.execute(running.sandbox(), running.spec(), running.output());
    }

    /** For one that may take longer than any that is waited for: the backend's own bound is the one that there is. */
    ExecReport runLong(RunningExecution running) throws SandboxException {
        return run(running);
    }

    /** The same for one that an earlier server started. */
    ExecReport followLong(RunningExecution running) throws SandboxException {
        return follow(running);
    }

    /** For one that an earlier server started. */
    @Timeout(value = BACKSTOP_SECONDS, unit = ChronoUnit.SECONDS)
    ExecReport follow(RunningExecution running) throws SandboxException {
        return backend.attach(
                running.sandbox(),
                running.id(),
                running.output().known(),
                running.left(clock.instant()),
                running.output());
    }
}
