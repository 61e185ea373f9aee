package dev.sandlot.records;

import dev.sandlot.MutableClock;
import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.Origin;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.TestDatabase;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.SampleEnvironment;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal of a server, its folder and its database; it can crash, and the database can be held up or be away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class JournalFixture {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final Tenant TENANT = tenant("acme");
    static final long LIMIT = 8 << 20;
    static final Map<OutputStreamKind, byte[]> PRINTED = Map.of(OutputStreamKind.OUTPUT, new byte[] {'x'});

    @TempDir
    Path data;

    Path folder;
    MutableClock clock;
    Watched repository;
    ExecutionJournal journal;
    ExecutionBacklog backlog;
    int ids;

    abstract TestDatabase database();

    /** A repository that tells what it writes, and can be held up and sent away. */
    static final class Watched extends ExecutionRepository {
        final List<Collection<RecordWrite>> written = new ArrayList<>();
        final AtomicBoolean away = new AtomicBoolean();

        @Nullable
        Runnable beforeWrite;

        @Nullable
        Runnable afterWrite;

        Watched(Jdbi jdbi) {
            super(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);
        }

        @Override
        public void write(Collection<RecordWrite> writes) {
            Runnable before = beforeWrite;
            if (before != null) {
                before.run();
            }
            if (away.get()) {
                throw new UnableToExecuteStatementException(new SQLException("gone", "08006"), null);
            }
            super.write(writes);
            written.add(writes);
            Runnable after = afterWrite;
            if (after != null) {
                after.run();
            }
        }
    }

    @BeforeEach
    void begin() throws IOException {
        folder = Files.createTempDirectory(data, "server").resolve("journal");
        clock = new MutableClock(NOW);
        ids = 0;
        repository = new Watched(database().jdbi());
        backlog = new ExecutionBacklog(config());
        journal = open();
    }

    @AfterEach
    void end() {
        repository.beforeWrite = null;
        repository.away.set(false);
        journal.close();
    }

    JournalConfig config() {
        return new JournalConfig(folder, LIMIT);
    }

    /** Of a server that has just come up. */
    ExecutionJournal open() throws IOException {
        return new ExecutionJournal(repository, backlog, config(), clock);
    }

    static Tenant tenant(String org) {
        return Tenant.of(new dev.sandlot.auth.WorkspaceId(org, "main"));
    }

    Environment environment() {
        Environment environment = SampleEnvironment.in(EnvironmentState.READY);
        new EnvironmentRepository(database().jdbi()).insert(environment, 10);
        return environment;
    }

    Execution queued(Environment environment, String command, String subject) {
        return queued(environment, command, subject, clock.instant().plusMillis(ids++));
    }

    static Execution queued(Environment environment, String command, String subject, Instant at) {
        return new Execution(
                TimeOrderedId.create(at),
                environment.id(),
                command,
                subject,
                false,
                30,
                at,
                null,
                null,
                Origin.UNKNOWN);
    }

    Execution queued(Environment environment) {
        return queued(environment, "echo hush", "me");
    }

    Execution begun(Environment environment) {
        Execution execution = queued(environment);
        journal.begin(execution, TENANT, false);
        return execution;
    }

    static Execution started(Execution execution) {
        return execution.started(execution.queuedAt().plusMillis(1));
    }

    static Execution ended(Execution execution) {
        Instant at = execution.queuedAt().plusMillis(5);
        End end = new End(ExecutionState.EXITED, at, 3, null, false, 1, false, new Usage(4, 2, 1), null);
        Execution started = started(execution);
        return new Execution(
                started.id(),
                started.environmentId(),
                started.command(),
                started.requestedBy(),
                started.split(),
                started.timeoutSeconds(),
                started.queuedAt(),
                started.startedAt(),
                end,
                execution.origin());
    }

    /** Ends in which no two values are alike. */
    static List<End> ends(Instant at) {
        Usage usage = new Usage(4, 3, 2);
        return List.of(
                new End(ExecutionState.EXITED, at, 5, null, false, 6, true, usage, null),
                new End(ExecutionState.EXITED, at, 137, 9, true, 7, false, usage, null),
                new End(ExecutionState.TIMED_OUT, at, 143, 15, false, 0, false, null, null),
                new End(ExecutionState.LOST, at, null, null, false, 8, false, null, "nobody knows"));
    }

    Execution run(Environment environment) {
        Execution execution = begun(environment);
        journal.start(started(execution));
        Execution end = ended(execution);
        journal.end(end, PRINTED);
        return end;
    }

    Optional<Execution> stored(Execution execution) {
        return repository.find(execution.environmentId(), execution.id());
    }

    List<Execution> list(Environment environment) {
        return repository
                .list(environment.id(), journal.of(environment.id()), 0, 100)
                .executions();
    }

    /** What the next server finds after a crash. */
    void crash() throws IOException {
        journal = open();
        journal.replay();
    }

    long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
