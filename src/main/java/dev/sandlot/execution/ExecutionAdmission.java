package dev.sandlot.execution;

import static java.util.Objects.requireNonNull;

import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.idempotency.IdempotencyKeys.Earlier;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.TimeOrderedId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets executions begin: each of them once, where there is room. */
@Singleton
public class ExecutionAdmission {
    private final Executions executions;
    private final ExecutionJournal journal;
    private final RunningExecutions running;
    private final IdempotencyKeys keys;
    private final ExecutionPlanner planner;
    private final ExecutionDispatcher dispatcher;
    private final Clock clock;

    @Inject
    public ExecutionAdmission(
            Executions executions,
            ExecutionJournal journal,
            RunningExecutions running,
            IdempotencyKeys keys,
            ExecutionPlanner planner,
            ExecutionDispatcher dispatcher,
            Clock clock) {
        this.executions = executions;
        this.journal = journal;
        this.running = running;
        this.keys = keys;
        this.planner = planner;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /**
     * Begins an execution; throws CONFLICT or RATE_LIMITED when it may not begin now.
     *
     * @param lasting whoever is told of it before its end must find it after a crash
     */
    public ExecutionProgress begin(WantedExecution wanted, boolean lasting) {
        RunningExecution execution = admit(wanted, newId());
        // It is known here before its record can be read: who finds that finds it under way.
        running.add(execution);
        orFail(
                execution,
                () -> journal.begin(execution.record(), wanted.environment().tenant(), lasting));
        return dispatch(execution);
    }

    private ExecutionProgress dispatch(RunningExecution execution) {
        try {
            dispatcher.dispatch(execution);
            return execution;
        } catch (RuntimeException noWorker) {
            Instant now = clock.instant();
            journal.abandon(execution.record().lost(Execution.NEVER_BEGAN, now, 0, false));
            throw noWorker;
        }
    }

    /** The execution that began under that key; begins it when there is none. */
    public ExecutionProgress beginOnce(WantedExecution wanted, IdempotencyKey key) {
        Optional<Earlier> known = keys.find(key);
        return known.isPresent() ? progress(wanted, known.get()) : claim(wanted, key);
    }

    private ExecutionProgress progress(WantedExecution wanted, Earlier earlier) {
        return executions.progress(wanted.environment(), earlier.subject());
    }

    private ExecutionProgress claim(WantedExecution wanted, IdempotencyKey key) {
        planner.requireRoomForKey(wanted.environment());
        Claim claim = new Claim(wanted);
        Optional<Earlier> earlier;
        try {
            earlier = keys.claim(key, claim.id, null, handle -> {
                ExecutionRepository.insert(handle, claim.admit().record());
            });
        } catch (RuntimeException refused) {
            claim.giveUp();
            throw refused;
        }
        if (earlier.isPresent()) {
            claim.giveUp();
            return progress(wanted, earlier.get());
        }
        return claim.dispatch();
    }

    /** An execution whose key is being stored. It is known here before its key is: who finds the key finds it too. */
    private final class Claim {
        private final UUID id = newId();
        private final WantedExecution wanted;
        private @Nullable RunningExecution admitted;

        Claim(WantedExecution wanted) {
            this.wanted = wanted;
        }

        RunningExecution admit() {
            RunningExecution execution = ExecutionAdmission.this.admit(wanted, id);
            admitted = execution;
            running.add(execution);
            return execution;
        }

        ExecutionProgress dispatch() {
            RunningExecution execution = requireNonNull(admitted);
            journal.adopt(execution.record(), wanted.environment().tenant());
            try {
                return ExecutionAdmission.this.dispatch(execution);
            } catch (RuntimeException noWorker) {
                keys.release(id);
                throw noWorker;
            }
        }

        void giveUp() {
            if (admitted != null) {
                running.remove(admitted);
                admitted.fail(new IllegalStateException("its key could not be stored"));
            }
        }
    }

    private UUID newId() {
        return TimeOrderedId.create(clock.instant());
    }

    private RunningExecution admit(WantedExecution wanted, UUID id) {
        RunningExecution execution = planner.plan(wanted, id);
        orFail(execution, () -> journal.requireRoom(wanted.environment().tenant(), execution.record()));
        return execution;
    }

    /** Takes a step without which the execution does not begin. */
    private void orFail(RunningExecution execution, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException refused) {
            running.remove(execution);
            execution.fail(refused);
            throw refused;
        }
    }
}
