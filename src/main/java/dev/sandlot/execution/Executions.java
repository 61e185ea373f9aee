package dev.sandlot.execution;

import dev.sandlot.admission.ExecutionPermits;
import dev.sandlot.admission.ExecutionPermits.Permit;
import dev.sandlot.auth.Caller;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.request.Paging;
import dev.sandlot.request.RequestId;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What can be done with executions. */
@Singleton
public class Executions {
    private static final Duration STORED_AFTER = Duration.ofMillis(100);

    private final ExecutionRepository repository;
    private final ExecutionJournal journal;
    private final RunningExecutions running;
    private final ExecutionPermits permits;
    private final OutputStore outputs;
    private final ExecutionDispatcher dispatcher;
    private final Clock clock;

    @Inject
    public Executions(
            ExecutionRepository repository,
            ExecutionJournal journal,
            RunningExecutions running,
            ExecutionPermits permits,
            OutputStore outputs,
            ExecutionDispatcher dispatcher,
            Clock clock) {
        this.repository = repository;
        this.journal = journal;
        this.running = running;
        this.permits = permits;
        this.outputs = outputs;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /** Begins an execution; throws CONFLICT or RATE_LIMITED when it may not begin now. */
    RunningExecution start(Caller caller, Environment environment, ExecuteRequest request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        requireReady(environment, now);
        Permit permit = permits.take(environment.workspace(), environment.id());
        RunningExecution execution = null;
        try {
            execution = describe(caller, environment, request, now, permit);
            dispatcher.dispatch(execution);
            return execution;
        } finally {
            if (execution == null) {
                permit.close();
            }
        }
    }

    private static void requireReady(Environment environment, Instant now) {
        EnvironmentState state = environment.stateAt(now);
        if (state != EnvironmentState.READY) {
            throw new ApiException(ErrorType.CONFLICT, "The environment is " + state.word() + ", not ready");
        }
    }

    private RunningExecution describe(
            Caller caller, Environment environment, ExecuteRequest request, Instant now, Permit permit) {
        UUID id = TimeOrderedId.create(now);
        Execution record = new Execution(
                id,
                environment.id(),
                request.command(),
                caller.subject(),
                request.split(),
                request.timeoutSeconds(),
                now,
                null,
                null);
        Map<String, String> env = new HashMap<>(environment.commandEnv());
        env.putAll(request.env());
        ExecSpec spec = new ExecSpec(
                new ExecId(id),
                request.command(),
                Duration.ofSeconds(request.timeoutSeconds()),
                env,
                Optional.ofNullable(environment.commandUser()),
                request.cwd(),
                request.split(),
                request.stdin());
        Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            if (stream == OutputStreamKind.OUTPUT || request.split()) {
                spools.put(stream, outputs.begin(environment.id(), id, stream));
            }
        }
        return new RunningExecution(
                record, environment.sandbox(), spec, new LiveOutput(spools), permit, RequestId.current());
    }

    /** The environment's execution of that id, as it stands now; NOT_FOUND when there is none. */
    Execution require(Environment environment, UUID id) {
        return running.find(id)
                .map(RunningExecution::record)
                .filter(record -> record.environmentId().equals(environment.id()))
                .or(() -> findStored(environment, id))
                .orElseThrow(() -> ApiException.notFound("execution"));
    }

    private Optional<Execution> findStored(Environment environment, UUID id) {
        journal.flush();
        return repository.find(environment.id(), id);
    }

    /** The execution's output as far as it is kept, while it runs or after. */
    KeptOutput output(Execution execution, OutputStreamKind stream) {
        Optional<RunningExecution> live = running.find(execution.id());
        if (live.isPresent()) {
            return live.get().output().spool(stream);
        }
        journal.flush();
        byte[] bytes = repository.inline(execution.id()).get(stream);
        long total = execution.ended().map(Execution.End::outputBytes).orElse(0L);
        try {
            return bytes != null
                    ? KeptOutput.of(bytes)
                    : outputs.find(execution.environmentId(), execution.id(), stream, total);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The execution while it is under way in this server. */
    Optional<RunningExecution> live(UUID id) {
        return running.find(id);
    }

    /** A page of the environment's, newest first. */
    ExecutionRepository.Page list(Environment environment, Paging paging) {
        storeStarted(Duration.ZERO);
        journal.flush();
        return repository.list(environment.id(), paging.offset(), paging.limit());
    }

    /** Kills it with its tree if it is under way; completes when it has ended. */
    CompletionStage<Execution> cancel(Execution execution) {
        return running.find(execution.id())
                .map(dispatcher::cancel)
                .orElseGet(() -> CompletableFuture.completedFuture(execution));
    }

    /** Brings to the database what waits for it. Called several times a second. */
    public void flush() {
        storeStarted(STORED_AFTER);
        journal.flush();
    }

    /** Whoever is told of it before its end must find it after a crash. */
    void store(RunningExecution execution) {
        journal.started(execution);
        journal.flush();
    }

    /** Completes with true once it has ended, or with false after that time. */
    CompletionStage<Boolean> endsWithin(RunningExecution execution, Duration time) {
        return execution
                .ended()
                .thenApply(ended -> true)
                .completeOnTimeout(false, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is shorter than {@code age} is written once, at its end. */
    private void storeStarted(Duration age) {
        Instant before = clock.instant().minus(age);
        for (RunningExecution execution : running.all()) {
            if (!execution.record().queuedAt().isAfter(before)) {
                journal.started(execution);
            }
        }
    }
}
