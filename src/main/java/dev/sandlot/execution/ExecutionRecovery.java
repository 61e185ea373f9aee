package dev.sandlot.execution;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import dev.sandlot.sandbox.SandboxId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** After a start: what an earlier server, however it ended, has left of its executions. */
@Singleton
public class ExecutionRecovery {
    private final ExecutionRepository repository;
    private final ExecutionJournal journal;
    private final OutputStore outputs;
    private final SandboxBackend backend;
    private final ExecutionDispatcher dispatcher;
    private final Clock clock;

    @Inject
    public ExecutionRecovery(
            ExecutionRepository repository,
            ExecutionJournal journal,
            OutputStore outputs,
            SandboxBackend backend,
            ExecutionDispatcher dispatcher,
            Clock clock) {
        this.repository = repository;
        this.journal = journal;
        this.outputs = outputs;
        this.backend = backend;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /** Brings to the database what had ended. */
    public void replay() throws IOException {
        journal.replay();
    }

    /** Takes up, or gives up, what an earlier server left under way. {@code known}: what the sandboxes know. */
    public void recover(Set<Observed> sandboxes) {
        Map<ExecId, SandboxId> known = new HashMap<>();
        sandboxes.forEach(sandbox -> sandbox.executions().forEach(id -> known.put(id, sandbox.id())));
        for (Execution record : repository.unended()) {
            journal.hasRow(record.id());
            SandboxId sandbox = known.remove(new ExecId(record.id()));
            if (sandbox == null) {
                String reason = "The server stopped, and the environment does not know the command any more";
                journal.ended(record.lost(reason, clock.instant(), 0, false), Map.of());
            } else {
                resume(record, sandbox);
            }
        }
        // What nobody was promised: its record was not written, so nobody ever heard of it.
        known.forEach((id, sandbox) -> backend.acknowledge(sandbox, id));
    }

    private void resume(Execution record, SandboxId sandbox) {
        LiveOutput output;
        try {
            output = new LiveOutput(record.split() ? restarted(record) : resumed(record));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        ExecSpec spec = new ExecSpec(
                new ExecId(record.id()),
                record.command(),
                Duration.ofSeconds(record.timeoutSeconds()),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                record.split(),
                Optional.empty());
        RunningExecution execution = new RunningExecution(record, sandbox, spec, output, () -> {}, null);
        dispatcher.follow(execution);
    }

    private Map<OutputStreamKind, Spool> resumed(Execution record) throws IOException {
        return Map.of(
                OutputStreamKind.OUTPUT, outputs.resume(record.environmentId(), record.id(), OutputStreamKind.OUTPUT));
    }

    /** How far each of several outputs had come need not fit together: all of them begin again with what is retained. */
    private Map<OutputStreamKind, Spool> restarted(Execution record) throws IOException {
        Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            spools.put(stream, outputs.restart(record.environmentId(), record.id(), stream));
        }
        return spools;
    }
}
