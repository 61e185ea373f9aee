package dev.sandlot.execution;

import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.TimeOrderedId;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** After a start: what an earlier server, however it ended, has left of its executions. */
@Singleton
public class ExecutionRecovery {
    private final ExecutionRepository repository;
    private final ExecutionJournal journal;
    private final ExecutionPlanner planner;
    private final SandboxBackend backend;
    private final ExecutionDispatcher dispatcher;
    private final IdempotencyKeys keys;
    private final Clock clock;

    @Inject
    public ExecutionRecovery(
            ExecutionRepository repository,
            ExecutionJournal journal,
            ExecutionPlanner planner,
            SandboxBackend backend,
            ExecutionDispatcher dispatcher,
            IdempotencyKeys keys,
            Clock clock) {
        this.repository = repository;
        this.journal = journal;
        this.planner = planner;
        this.backend = backend;
        this.dispatcher = dispatcher;
        this.keys = keys;
        this.clock = clock;
    }

    /** Brings to the database what had ended. */
    public void replay() throws IOException {
        journal.replay();
    }

    /** Takes up, or gives up, what an earlier server left under way. {@code known}: what the sandboxes know. */
    public void recover(Set<Observed> sandboxes) {
        Map<UUID, Observed> living = new HashMap<>();
        sandboxes.forEach(sandbox -> living.put(sandbox.id().value(), sandbox));
        Set<ExecId> recorded = new HashSet<>();
        for (ExecutionRepository.Unended unended : repository.unended()) {
            Execution record = unended.execution();
            recorded.add(new ExecId(record.id()));
            journal.adopt(record, unended.tenant());
            recover(record, Optional.ofNullable(living.get(record.environmentId())));
        }
        sandboxes.forEach(sandbox -> dropUnrecorded(sandbox, recorded));
    }

    private void recover(Execution record, Optional<Observed> sandbox) {
        if (sandbox.isEmpty()) {
            giveUp(record, "The server stopped, and the environment ended before the command's end was known");
        } else if (mayKnow(sandbox.get(), record)) {
            dispatcher.follow(
                    planner.resume(started(record, sandbox.get()), sandbox.get().id()));
        } else {
            // A sandbox holds an ending until it is stored, and this one is not: the command never got there.
            giveUp(record, "The server stopped before the command started; it is safe to send it again");
            keys.release(record.id());
        }
    }

    /** A sandbox knows what has started. A server that wrote that down later than it began may have left it out. */
    private Execution started(Execution record, Observed sandbox) {
        if (record.startedAt() != null || !knows(sandbox, record)) {
            return record;
        }
        Execution started = record.started(record.queuedAt());
        journal.start(started);
        return started;
    }

    private static boolean knows(Observed sandbox, Execution record) {
        return sandbox.executions()
                .filter(known -> known.contains(new ExecId(record.id())))
                .isPresent();
    }

    private static boolean mayKnow(Observed sandbox, Execution record) {
        return sandbox.executions().isEmpty() || knows(sandbox, record);
    }

    private void giveUp(Execution record, String reason) {
        Instant now = clock.instant();
        journal.end(record.lost(reason, now, 0, false), Map.of());
    }

    /** What nobody was promised: its record could not be written, so nobody ever heard of it but the audit. */
    private void dropUnrecorded(Observed sandbox, Set<ExecId> recorded) {
        sandbox.executions().orElse(Set.of()).stream()
                .filter(id -> !recorded.contains(id))
                .forEach(id -> {
                    if (id.value().version() == TimeOrderedId.VERSION) {
                        repository.auditUnrecorded(sandbox.id().value(), id.value(), clock.instant());
                    }
                    backend.acknowledge(sandbox.id(), id);
                });
    }
}
