package dev.sandlot.execution;

import dev.sandlot.log.Failures;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.log.Trace;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.quota.ProcessorTime;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.RecordSize;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxBackend;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Stores the ends of executions, and then tells of them; what can't be stored now is kept, and tried again. */
@Singleton
class ExecutionEnding {
    private static final Logger LOG = ServerLog.of(ExecutionEnding.class);

    private final ExecutionJournal journal;
    private final RunningExecutions running;
    private final SandboxBackend backend;
    private final KeptBytes kept;
    private final ProcessorTime processorTime;

    @Inject
    ExecutionEnding(
            ExecutionJournal journal,
            RunningExecutions running,
            SandboxBackend backend,
            KeptBytes kept,
            ProcessorTime processorTime) {
        this.journal = journal;
        this.running = running;
        this.backend = backend;
        this.kept = kept;
        this.processorTime = processorTime;
    }

    /** The execution has ended so. */
    void end(RunningExecution execution, Execution end) {
        try {
            finish(execution, end);
        } catch (RuntimeException notNow) {
            Failures.log(
                    LOG, Level.SEVERE, notNow, () -> "The end of execution " + execution.id() + " can't be stored yet");
            execution.keep(end, notNow);
        }
    }

    /** Tries again to store the ends that could not be. Called several times a second. */
    void storeKept() {
        for (RunningExecution execution : running.all()) {
            execution.unstored().ifPresent(end -> Request.within(execution.request(), () -> tryAgain(execution, end)));
        }
    }

    private void tryAgain(RunningExecution execution, Execution end) {
        try {
            finish(execution, end);
        } catch (RuntimeException stillNot) {
            Failures.log(LOG, Level.FINE, stillNot, () -> "The end of execution " + execution.id() + " stays here");
        }
    }

    /** Stored first, then told: nobody hears of an end that a crash could take back. */
    private void finish(RunningExecution execution, Execution end) {
        Map<OutputStreamKind, byte[]> inline = execution.output().inline();
        long begun = System.nanoTime();
        journal.end(end, inline);
        long storeNanos = System.nanoTime() - begun;
        Metrics.STORE.recordNanos(storeNanos);
        kept.recorded(end.environmentId(), RecordSize.of(end), LiveOutput.size(inline));
        count(end);
        backend.acknowledge(execution.sandbox(), execution.id());
        running.remove(execution);
        execution.complete(end);
        Trace trace = Request.traceOf(execution.request());
        if (trace != Trace.NONE) {
            tell(trace, end, Duration.ofNanos(storeNanos));
        }
    }

    /** What a keeper does around the command, spawning and draining, is what the sandbox took beside {@code run_ms}. */
    private static void tell(Trace trace, Execution execution, Duration store) {
        End end = execution.ended().orElseThrow();
        Instant started = execution.startedAt() == null ? end.at() : execution.startedAt();
        Usage usage = end.usage();
        trace.tell(
                "execution",
                List.of(
                        new Trace.Step("queue", between(execution.queuedAt(), started)),
                        new Trace.Step("sandbox", between(started, end.at())),
                        new Trace.Step("store", store)),
                Map.of(
                        "sandlot.execution_id", execution.id().toString(),
                        "sandlot.environment_id", execution.environmentId().toString(),
                        "sandlot.state", end.state().word(),
                        "sandlot.run_ms", Long.toString(usage == null ? 0 : usage.durationMillis())));
    }

    /** Nothing where the clock was set back meanwhile. */
    private static Duration between(Instant from, Instant to) {
        Duration took = Duration.between(from, to);
        return took.isNegative() ? Duration.ZERO : took;
    }

    private void count(Execution execution) {
        End end = execution.ended().orElseThrow();
        Usage usage = end.usage();
        if (usage != null) {
            kept.find(execution.environmentId())
                    .ifPresent(account -> processorTime.used(account.workspace(), end.at(), usage.cpuMillis()));
        }
    }
}
