package dev.sandlot.execution;

import dev.sandlot.Injection;
import dev.sandlot.MutableClock;
import dev.sandlot.admission.AdmissionConfig;
import dev.sandlot.admission.ExecutionPermits;
import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.Origin;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.auth.Caller;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Tenant;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.ProvisioningHost;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.idempotency.WatchedKeys;
import dev.sandlot.output.FileOutputStore;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.KeptConfig;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.quota.ProcessorTime;
import dev.sandlot.quota.Quotas;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionBacklog;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.JournalConfig;
import dev.sandlot.retention.StoredBytes;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.worker.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * All that a server runs executions with, without a server: on sandboxes that are names only and a database in memory.
 * What is given to workers waits until a test lets it run, unless that says otherwise.
 */
public final class ExecutionHost implements AutoCloseable {
    static final int PER_ENVIRONMENT = 4;
    public static final int SHOWN = 1024;

    public final ProvisioningHost host;
    final MutableClock clock;
    final FakeSandboxBackend backend;
    final WatchedKeys keys;
    final Journal journal;
    final ExecutionRepository repository;
    final ExecutionPermits permits;
    final KeptBytes kept;
    final RunningExecutions running = new RunningExecutions();
    public final Executions executions;
    final ExecutionDispatcher dispatcher;
    final ExecutionEnding ending;
    final ExecutionAdmission admission;
    final ExecutionRecovery recovery;
    final Queue<Runnable> work = new ArrayDeque<>();
    Executor executor = work::add;

    public ExecutionHost(Path folder) throws IOException {
        this(new ProvisioningHost(folder), folder);
    }

    /** A server that comes up where another one has been. */
    ExecutionHost(ProvisioningHost host, Path folder) throws IOException {
        this.host = host;
        this.clock = host.clock;
        this.backend = host.backend;
        Quotas quotas = new Quotas();
        ProcessorTime processorTime = new ProcessorTime(quotas, clock);
        permits = new ExecutionPermits(
                new AdmissionConfig(1000, 1000, PER_ENVIRONMENT, 64, 64, 64, Map.of()), quotas, processorTime);
        OutputConfig outputConfig = new OutputConfig(folder.resolve("outputs"), SHOWN, 1 << 20);
        kept = new KeptBytes(
                new KeptConfig(new Bounds(1 << 30, Bounds.NONE, 1 << 30, 1 << 30), 100, 0, Optional.empty()),
                outputConfig,
                new StoredBytes(host.jdbi()),
                quotas);
        FileOutputStore outputs = new FileOutputStore(outputConfig, kept);
        JournalConfig config = new JournalConfig(folder.resolve("journal"), 8 << 20);
        repository = new ExecutionRepository(host.jdbi(), new AuditChain(host.jdbi()), SampleAudit.CONFIG);
        keys = host.keys;
        journal = new Journal(repository, config, clock);
        Workers workers = new Workers(task -> executor.execute(task));
        ending = new ExecutionEnding(journal, running, backend, kept, processorTime);
        dispatcher = Injection.into(
                new ExecutionDispatcher(),
                workers,
                new ExecutionRunner(backend, journal, clock),
                new ExecutionKiller(backend, workers),
                running,
                new ExecutionVerdicts(host.environments, keys, outputConfig, clock),
                ending);
        executions = new Executions(repository, journal, running, outputs, dispatcher, ending, host.backend);
        ExecutionPlanner planner =
                new ExecutionPlanner(permits, host.secrets, outputs, kept, host.environments, host.gate, clock);
        admission = new ExecutionAdmission(executions, journal, running, keys, planner, dispatcher, clock);
        recovery = new ExecutionRecovery(repository, journal, planner, backend, dispatcher, keys, clock);
    }

    /** A journal that fails where a test wants it to, and lets that look between its steps. */
    static final class Journal extends ExecutionJournal {
        @Nullable
        RuntimeException refusesRoom;

        @Nullable
        RuntimeException refusesBeginnings;

        @Nullable
        RuntimeException refusesEnds;

        Runnable afterBegin = () -> {};
        Runnable afterStart = () -> {};
        Runnable afterEnd = () -> {};

        Journal(ExecutionRepository repository, JournalConfig config, MutableClock clock) throws IOException {
            super(repository, new ExecutionBacklog(config), config, clock);
        }

        private static void throwIf(@Nullable RuntimeException failure) {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void requireRoom(Tenant tenant, Execution execution) {
            throwIf(refusesRoom);
            super.requireRoom(tenant, execution);
        }

        @Override
        public void begin(Execution execution, Tenant tenant, boolean lasting) {
            throwIf(refusesBeginnings);
            super.begin(execution, tenant, lasting);
            afterBegin.run();
        }

        @Override
        public void start(Execution execution) {
            super.start(execution);
            afterStart.run();
        }

        @Override
        public void end(Execution execution, Map<OutputStreamKind, byte[]> inline) {
            throwIf(refusesEnds);
            super.end(execution, inline);
            afterEnd.run();
        }
    }

    /** No worker is free from now on. */
    void refuseWork() {
        executor = task -> {
            throw new RejectedExecutionException("no thread");
        };
    }

    /** Does what has been given to workers. */
    void runAll() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    static WantedExecution wanted(Environment environment, String command) {
        return new WantedExecution(
                new Caller("tester", Set.of(), Set.of()), environment, SampleRequest.of(command), Origin.UNKNOWN);
    }

    static IdempotencyKey key(String text, String requestHash) {
        return new IdempotencyKey("scope", text, requestHash);
    }

    /** Begins one. */
    RunningExecution begin(Environment environment, String command) {
        return (RunningExecution) admission.begin(wanted(environment, command), false);
    }

    /** Runs one that goes so. */
    public ExecutionProgress run(Environment environment, String command, FakeCommand course) {
        backend.script(command, course);
        RunningExecution execution = begin(environment, command);
        runAll();
        return execution;
    }

    /** Begins one that is found after a crash. */
    RunningExecution beginLasting(Environment environment, String command) {
        return (RunningExecution) admission.begin(wanted(environment, command), true);
    }

    /** What the database has of it. */
    Optional<Execution> stored(Execution execution) {
        journal.flush();
        return repository.find(execution.environmentId(), execution.id());
    }

    List<Execution> recorded(Environment environment) {
        return repository
                .list(environment.id(), journal.of(environment.id()), 0, 100)
                .executions();
    }

    @Override
    public void close() {
        journal.refusesEnds = null;
        journal.close();
        host.close();
    }
}
