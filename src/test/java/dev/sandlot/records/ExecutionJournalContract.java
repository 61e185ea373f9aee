package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.Logged;
import dev.sandlot.MutableClock;
import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.Origin;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.auth.Sha256;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.TestDatabase;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.SampleEnvironment;
import dev.sandlot.errors.ApiException;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way of executions to a database of any kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class ExecutionJournalContract {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Tenant TENANT = tenant("acme");
    private static final long LIMIT = 8 << 20;
    private static final Map<OutputStreamKind, byte[]> PRINTED = Map.of(OutputStreamKind.OUTPUT, new byte[] {'x'});

    @TempDir
    private Path data;

    private Path folder;
    private MutableClock clock;
    private Watched repository;
    private ExecutionJournal journal;
    private ExecutionBacklog backlog;
    private int ids;

    abstract TestDatabase database();

    /** A repository that tells what it writes, and can be held up and sent away. */
    private static final class Watched extends ExecutionRepository {
        private final List<Collection<RecordWrite>> written = new ArrayList<>();
        private final AtomicBoolean away = new AtomicBoolean();
        private @Nullable Runnable beforeWrite;
        private @Nullable Runnable afterWrite;

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

    private JournalConfig config() {
        return new JournalConfig(folder, LIMIT);
    }

    /** Of a server that has just come up. */
    private ExecutionJournal open() throws IOException {
        return new ExecutionJournal(repository, backlog, config(), clock);
    }

    private static Tenant tenant(String org) {
        return Tenant.of(new dev.sandlot.auth.WorkspaceId(org, "main"));
    }

    private Environment environment() {
        Environment environment = SampleEnvironment.in(EnvironmentState.READY);
        new EnvironmentRepository(database().jdbi()).insert(environment, 10);
        return environment;
    }

    private Execution queued(Environment environment, String command, String subject) {
        Instant at = clock.instant().plusMillis(ids++);
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

    private Execution queued(Environment environment) {
        return queued(environment, "echo hush", "me");
    }

    private Execution begun(Environment environment) {
        Execution execution = queued(environment);
        journal.begin(execution, TENANT, false);
        return execution;
    }

    private static Execution started(Execution execution) {
        return execution.started(execution.queuedAt().plusMillis(1));
    }

    private static Execution ended(Execution execution) {
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
    private static List<End> ends(Instant at) {
        Usage usage = new Usage(4, 3, 2);
        return List.of(
                new End(ExecutionState.EXITED, at, 5, null, false, 6, true, usage, null),
                new End(ExecutionState.EXITED, at, 137, 9, true, 7, false, usage, null),
                new End(ExecutionState.TIMED_OUT, at, 143, 15, false, 0, false, null, null),
                new End(ExecutionState.LOST, at, null, null, false, 8, false, null, "nobody knows"));
    }

    private static Execution with(Execution execution, boolean split, @Nullable End end) {
        return new Execution(
                execution.id(),
                execution.environmentId(),
                execution.command(),
                execution.requestedBy(),
                split,
                execution.timeoutSeconds(),
                execution.queuedAt(),
                execution.startedAt(),
                end,
                Origin.UNKNOWN);
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        Environment environment = environment();
        Map<OutputStreamKind, byte[]> inline = Map.of(
                OutputStreamKind.OUTPUT, new byte[] {1},
                OutputStreamKind.STDOUT, new byte[] {2},
                OutputStreamKind.STDERR, new byte[] {3});
        for (End end : ends(clock.instant().plusSeconds(1))) {
            Execution queued = with(queued(environment), true, null);
            Execution whole = with(started(queued(environment)), false, end);
            Execution later = with(started(queued), true, end);

            repository.write(List.of(new RecordWrite(queued, Map.of(), false), new RecordWrite(whole, inline, false)));
            assertThat(stored(queued)).contains(queued);
            assertThat(stored(whole)).contains(whole);
            repository.write(List.of(new RecordWrite(later, inline, true)));

            assertThat(stored(queued)).contains(later);
            for (Execution execution : List.of(whole, later)) {
                assertThat(repository.inline(execution.id())).containsAllEntriesOf(inline);
            }
        }
    }

    @Test
    void anEndThatIsWrittenAgainIsNotToldAgain() {
        Environment environment = environment();
        Execution queued = queued(environment);
        repository.write(List.of(new RecordWrite(queued, Map.of(), false)));
        RecordWrite end = new RecordWrite(ended(queued), Map.of(), true);

        repository.write(List.of(end));
        repository.write(List.of(end));

        assertThat(stored(queued)).contains(ended(queued));
        assertThat(audited(queued)).hasSize(1);
    }

    @Test
    void whatHasNoEndIsFoundAfterAStart() {
        Environment environment = environment();
        Execution queued = queued(environment);
        Execution running = started(queued(environment));
        Execution ended = ended(queued(environment));
        repository.write(Stream.of(queued, running, ended)
                .map(execution -> new RecordWrite(execution, Map.of(), false))
                .toList());

        assertThat(repository.unended())
                .filteredOn(one -> one.execution().environmentId().equals(environment.id()))
                .extracting(ExecutionRepository.Unended::execution)
                .containsExactlyInAnyOrder(queued, running);
    }

    private Execution run(Environment environment) {
        Execution execution = begun(environment);
        journal.start(started(execution));
        Execution end = ended(execution);
        journal.end(end, PRINTED);
        return end;
    }

    private Optional<Execution> stored(Execution execution) {
        return repository.find(execution.environmentId(), execution.id());
    }

    private List<Execution> list(Environment environment) {
        return repository
                .list(environment.id(), journal.of(environment.id()), 0, 100)
                .executions();
    }

    /** What the next server finds after a crash. */
    private void crash() throws IOException {
        journal = open();
        journal.replay();
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void anEndIsReadBeforeTheDatabaseHasIt() {
        Environment environment = environment();

        Execution end = run(environment);

        assertThat(stored(end)).isEmpty();
        assertThat(journal.find(end.id())).hasValueSatisfying(found -> {
            assertThat(found.execution()).isEqualTo(end);
            assertThat(found.inline()).isEqualTo(PRINTED);
        });
        assertThat(list(environment)).containsExactly(end);
        journal.flush();
        assertThat(stored(end)).contains(end);
        assertThat(repository.inline(end.id()).get(OutputStreamKind.OUTPUT)).containsExactly('x');
        assertThat(journal.find(end.id())).isEmpty();
        assertThat(list(environment)).containsExactly(end);
    }

    @Test
    void aReaderDoesNotWaitForWhatOthersWrite() throws Exception {
        Environment mine = environment();
        Execution before = run(mine);
        journal.flush();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        repository.beforeWrite = () -> {
            writing.countDown();
            await(goOn);
        };
        run(environment());
        CompletableFuture<Void> flush = Apart.run(journal::flush);
        await(writing);

        Execution end = run(mine);
        Execution lasting = queued(mine);
        journal.begin(lasting, TENANT, true);

        assertThat(journal.find(end.id())).isPresent();
        assertThat(list(mine)).containsExactly(lasting, end, before);
        assertThat(flush).isNotDone();
        goOn.countDown();
        flush.get(30, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void anEndThatOvertakesItsStartIsTheEnd() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        clock.advance(Duration.ofSeconds(1));
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        repository.beforeWrite = () -> {
            writing.countDown();
            await(goOn);
        };
        CompletableFuture<Void> flush = Apart.run(journal::flush);
        await(writing);

        journal.start(started(execution));
        journal.end(ended(execution), PRINTED);
        journal.start(started(execution));
        goOn.countDown();
        flush.get(30, TimeUnit.SECONDS);

        assertThat(stored(execution)).contains(execution);
        assertThat(list(environment)).containsExactly(ended(execution));
        journal.flush();
        journal.flush();
        assertThat(stored(execution)).contains(ended(execution));
        assertThat(journal.of(environment.id())).isEmpty();
    }

    @Test
    void aStartThatComesWhileItsBeginningIsWrittenIsNotLost() throws Exception {
        Execution execution = begun(environment());
        clock.advance(Duration.ofSeconds(1));
        repository.beforeWrite = () -> {
            repository.beforeWrite = null;
            journal.start(started(execution));
        };

        journal.flush();
        journal.flush();

        assertThat(stored(execution)).contains(started(execution));
    }

    @Test
    void whatIsShortIsWrittenOnce() {
        Environment environment = environment();
        Execution running = begun(environment);
        journal.flush();
        assertThat(repository.written).isEmpty();

        journal.end(ended(running), PRINTED);
        journal.flush();

        assertThat(repository.written).hasSize(1);
    }

    @Test
    void whatLastsIsFoundInTheDatabaseSoon() {
        Execution execution = begun(environment());
        journal.start(started(execution));
        clock.advance(Duration.ofMillis(200));

        journal.flush();
        journal.flush();

        assertThat(stored(execution)).contains(started(execution));
        assertThat(repository.written).hasSize(1);
    }

    @Test
    void whatIsToldEarlyOutlivesACrash() throws Exception {
        Execution execution = queued(environment());
        journal.begin(execution, TENANT, true);

        crash();

        assertThat(stored(execution)).contains(execution);
    }

    @Test
    void whatRunsOutlivesACrash() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        journal.start(started(execution));

        crash();

        assertThat(stored(execution)).contains(started(execution));
    }

    /** What the audit tells of it. */
    private List<String> audited(Execution execution) {
        return database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("select entry from audit where entry like :id")
                        .bind("id", "%" + execution.id() + "%")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void eachEndIsInTheAuditOnce() throws Exception {
        Environment environment = environment();
        Origin origin = new Origin("jwt:https://issuer", "192.0.2.1", "request", "trace");
        Execution execution = queued(environment).from(origin);
        journal.begin(execution, TENANT, false);
        journal.start(started(execution));
        journal.end(ended(execution), PRINTED);
        Execution another = run(environment);
        assertThat(audited(execution)).isEmpty();

        repository.afterWrite = () -> {
            throw new UnableToExecuteStatementException(new SQLException("committed, but not told so", "08006"), null);
        };
        assertThatThrownBy(journal::flush).isInstanceOf(UnableToExecuteStatementException.class);
        repository.afterWrite = null;
        crash();
        journal.flush();

        assertThat(audited(another)).hasSize(1);
        assertThat(audited(execution))
                .singleElement()
                .asString()
                .contains(
                        "\"operation\":\"execute\",\"outcome\":\"exited\",\"subject\":\"me\"",
                        "\"credential\":\"jwt:https://issuer\",\"address\":\"192.0.2.1\"",
                        "\"request_id\":\"request\",\"trace_id\":\"trace\",\"org\":\"acme\"",
                        "\"command_sha256\":\"" + Sha256.of("echo hush") + "\",\"command_bytes\":9",
                        "\"exit_code\":3,\"output_bytes\":1")
                .doesNotContain("hush\"");
        assertThat(stored(execution)).map(Execution::origin).contains(origin);
    }

    @Test
    void anEndThatIsNotStoredIsInTheAuditAllTheSame() throws Exception {
        Environment environment = environment();
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, false);
        journal.end(ended(refused), PRINTED);
        Execution replayed = queued(environment, "echo hush", "me" + "x".repeat(1024));
        try (Logged logged = new Logged()) {
            journal.flush();
            journal.begin(replayed, TENANT, false);
            journal.end(ended(replayed), PRINTED);
            crash();
            assertThat(logged.text())
                    .contains(refused.id().toString(), replayed.id().toString());
        }

        assertThat(audited(refused)).hasSize(1);
        assertThat(audited(replayed)).hasSize(1);
    }

    @Test
    void whatOnlyASandboxKnowsIsInTheAudit() {
        Environment environment = environment();
        Execution unknown = queued(environment);
        Execution known = run(environment);
        journal.flush();

        repository.auditUnrecorded(environment.id(), unknown.id(), NOW);
        repository.auditUnrecorded(environment.id(), known.id(), NOW);

        assertThat(audited(unknown)).singleElement().asString().contains("\"outcome\":\"lost\"", "\"acme\"");
        assertThat(audited(known)).hasSize(1);
    }

    @Test
    void whatIsListedOutlivesACrash() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        journal.start(started(execution));
        assertThat(list(environment)).containsExactly(started(execution));

        crash();

        assertThat(stored(execution)).contains(started(execution));
    }

    @Test
    void whatRunsIsRunningAfterACrashSinceItStarted() throws Exception {
        Environment environment = environment();
        Execution told = queued(environment);
        journal.begin(told, TENANT, true);
        journal.flush();
        Execution keyed = queued(environment);
        database().jdbi().useTransaction(handle -> ExecutionRepository.insert(handle, keyed));
        journal.adopt(keyed, TENANT);

        journal.start(started(told));
        journal.start(started(keyed));
        crash();

        assertThat(stored(told)).contains(started(told));
        assertThat(stored(keyed)).contains(started(keyed));
        assertThat(repository.unended())
                .contains(new ExecutionRepository.Unended(
                        started(keyed), Tenant.of(environment.workspace(), environment.id())));
    }

    @Test
    void anEndOutlivesACrashWhateverTheJournalSaysBesides() throws Exception {
        Execution execution = queued(environment());
        journal.begin(execution, TENANT, true);
        journal.start(started(execution));
        journal.flush();
        journal.end(ended(execution), PRINTED);
        journal.flush();
        try (JournalFiles files = new JournalFiles(folder, 1000)) {
            files.append(new JournalEntry(execution, Map.of()).encode());
            files.append(new JournalEntry(started(execution), Map.of()).encode());
            files.append(new JournalEntry(ended(execution), PRINTED).encode());
            files.append(new JournalEntry(started(execution), Map.of()).encode());
        }

        crash();

        assertThat(stored(execution)).contains(ended(execution));
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void whatDoesNotBeginAfterAllHasAnEndWhereSomebodyMayKnowOfIt() {
        Environment environment = environment();
        Execution told = queued(environment);
        journal.begin(told, TENANT, true);
        Execution untold = begun(environment);

        journal.abandon(told.lost(Execution.NEVER_BEGAN, NOW, 0, false));
        journal.abandon(untold.lost(Execution.NEVER_BEGAN, NOW, 0, false));
        journal.flush();

        assertThat(list(environment)).containsExactly(told.lost(Execution.NEVER_BEGAN, NOW, 0, false));
        assertThat(journal.find(untold.id())).isEmpty();
    }

    @Test
    void theFirstEndCounts() {
        Environment environment = environment();
        Execution end = run(environment);
        Execution other = begun(environment).lost("why", NOW, 0, false);
        journal.end(other, Map.of());

        journal.end(end.lost("too late", NOW, 0, false), Map.of());
        journal.flush();
        journal.end(other.lost("too late", NOW, 0, false), Map.of());
        journal.flush();

        assertThat(stored(end)).contains(end);
        assertThat(stored(other)).contains(other);
    }

    @Test
    void pagesAreRightWhereverTheNewestStand() {
        Environment environment = environment();
        List<Execution> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Execution end = run(environment);
            all.add(0, end);
            if (i % 3 == 1) {
                journal.flush();
                journal.begin(queued(environment), TENANT, false);
            }
        }
        List<Execution> newer = journal.of(environment.id());
        List<Execution> expected = Stream.concat(
                        all.stream(), newer.stream().filter(one -> one.ended().isEmpty()))
                .sorted(java.util.Comparator.comparing(Execution::queuedAt).reversed())
                .toList();

        List<Execution> paged = new ArrayList<>();
        for (int offset = 0; offset < 20; offset += 3) {
            ExecutionRepository.Page page = repository.list(environment.id(), newer, offset, 3);
            assertThat(page.total()).isEqualTo(expected.size());
            paged.addAll(page.executions());
        }

        assertThat(newer).hasSizeGreaterThan(3);
        assertThat(paged).containsExactlyElementsOf(expected);
    }

    @Test
    void onlyWhoHasMuchWaitingIsRefused() {
        Environment environment = environment();
        Execution large = queued(environment, "x".repeat(1 << 20), "me");
        int accepted = 0;
        while (mayBegin("mallory", large)) {
            Execution one = queued(environment, large.command(), "me");
            journal.begin(one, tenant("mallory"), false);
            journal.end(ended(one), PRINTED);
            accepted++;
        }

        assertThat(accepted).isBetween(3, 5);
        assertThatThrownBy(() -> journal.requireRoom(tenant("mallory"), large))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsKey("Retry-After"));
        assertThat(mayBegin("victim", large)).isTrue();
        assertThat(mayBegin("mallory", queued(environment))).isTrue();
        journal.flush();
        assertThat(backlog.bytes()).isZero();
        assertThat(mayBegin("mallory", large)).isTrue();
    }

    private boolean mayBegin(String org, Execution execution) {
        try {
            journal.requireRoom(tenant(org), execution);
            return true;
        } catch (ApiException full) {
            return false;
        }
    }

    @Test
    void batchesAreBoundedByBytes() {
        Environment environment = environment();
        for (int i = 0; i < 10; i++) {
            Execution one = queued(environment, "x".repeat(1 << 20), "me");
            journal.begin(one, TENANT, false);
            journal.end(ended(one), PRINTED);
        }
        IntStream.range(0, 600).forEach(i -> run(environment));

        journal.flush();

        assertThat(repository.written.stream().mapToInt(Collection::size).sum()).isEqualTo(610);
        assertThat(repository.written)
                .allSatisfy(batch -> assertThat(batch.stream()
                                .mapToLong(write -> write.execution().command().length())
                                .sum())
                        .isLessThanOrEqualTo(4 << 20))
                .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(512));
    }

    @Test
    void theFilesDoNotGrowWhileWritesGoOn() throws Exception {
        Environment environment = environment();
        String command = "x".repeat(1 << 20);
        Execution first = queued(environment, command, "me");
        journal.begin(first, TENANT, true);
        long most = 0;
        for (int i = 0; i < 60; i++) {
            repository.beforeWrite = () -> {
                repository.beforeWrite = null;
                Execution meanwhile = queued(environment, command, "me");
                journal.begin(meanwhile, TENANT, true);
                journal.end(ended(meanwhile), PRINTED);
            };
            journal.flush();
            most = Math.max(most, bytesOnDisk());
        }

        assertThat(most).isBetween(4L << 20, 24L << 20);
        journal.flush();
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void aRecordThatTheDatabaseRefusesHoldsUpNoOther() {
        Environment environment = environment();
        Execution before = run(environment);
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, true);
        journal.end(ended(refused), PRINTED);
        Execution after = run(environment);

        try (Logged logged = new Logged()) {
            journal.flush();
            assertThat(logged.text())
                    .contains(refused.id().toString(), "SQLSTATE 22001")
                    .doesNotContain("hush");
        }

        assertThat(stored(before)).contains(before);
        assertThat(stored(after)).contains(after);
        assertThat(journal.find(refused.id())).isEmpty();
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aBeginningThatTheDatabaseRefusesIsTriedOnce() {
        Environment environment = environment();
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        journal.begin(refused, TENANT, false);
        clock.advance(Duration.ofSeconds(1));
        try (Logged logged = new Logged()) {
            journal.flush();
            journal.flush();
            assertThat(list(environment)).containsExactly(refused);
            journal.start(started(refused));
            journal.flush();
            assertThat(logged.text().split(refused.id().toString(), -1)).hasSize(2);
        }
    }

    @Test
    void whatIsOfAnEnvironmentThatIsGoneIsDropped() {
        Environment environment = environment();
        Execution end = run(environment);
        new EnvironmentRepository(database().jdbi()).delete(environment.id());
        Execution other = run(environment());

        try (Logged logged = new Logged()) {
            journal.flush();
            assertThat(logged.text())
                    .contains(end.id().toString(), "SQLSTATE 23")
                    .doesNotContain("hush");
        }

        assertThat(stored(other)).contains(other);
    }

    @Test
    void whileTheDatabaseIsAwayEverythingWaits() throws Exception {
        repository.away.set(true);
        Environment environment = environment();
        List<Execution> ends = new ArrayList<>();
        IntStream.range(0, 5).forEach(i -> ends.add(0, run(environment)));

        assertThatThrownBy(journal::flush).isInstanceOf(UnableToExecuteStatementException.class);
        assertThat(list(environment)).containsExactlyElementsOf(ends);
        repository.away.set(false);
        journal.flush();

        assertThat(list(environment)).containsExactlyElementsOf(ends);
        assertThat(journal.of(environment.id())).isEmpty();
        assertThat(bytesOnDisk()).isZero();
    }

    @Test
    void anEndThatCannotBeMadeDurableIsTriedAgain() throws Exception {
        Environment environment = environment();
        Execution execution = begun(environment);
        Files.delete(folder);

        journal.start(started(execution));
        assertThatThrownBy(() -> journal.end(ended(execution), PRINTED)).isInstanceOf(UncheckedIOException.class);
        assertThat(list(environment)).containsExactly(started(execution));
        assertThat(backlog.bytes()).as("it takes memory").isPositive();
        assertThatThrownBy(() -> journal.begin(queued(environment), TENANT, true))
                .isInstanceOf(UncheckedIOException.class);
        Files.createDirectory(folder);
        journal.end(ended(execution), PRINTED);
        journal.flush();

        assertThat(stored(execution)).contains(ended(execution));
        assertThat(list(environment)).hasSize(1);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void aBadEntryStopsNoStart() throws Exception {
        Environment environment = environment();
        Execution good = queued(environment);
        Execution refused = queued(environment, "echo hush", "me" + "x".repeat(1024));
        Execution last = queued(environment);
        try (JournalFiles files = new JournalFiles(folder, 100_000)) {
            files.append(new JournalEntry(ended(good), PRINTED).encode());
            files.append(new JournalEntry(ended(refused), PRINTED).encode());
            files.append(new byte[] {1, 2, 3});
            files.append(new JournalEntry(ended(last), PRINTED).encode());
        }

        try (Logged logged = new Logged()) {
            crash();
            assertThat(logged.text())
                    .contains(refused.id().toString(), "SQLSTATE 22001", "1 entries were none", ".damaged")
                    .doesNotContain("hush");
        }

        assertThat(list(environment)).containsExactly(ended(last), ended(good));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).singleElement().asString().endsWith(".journal.damaged");
        }
    }

    @Test
    void aDamagedFileIsReadAsFarAsItCanBeAndKept() throws Exception {
        Environment environment = environment();
        List<Execution> ends = List.of(ended(begun(environment)), ended(begun(environment)), ended(begun(environment)));
        ends.forEach(end -> journal.end(end, PRINTED));
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        try (Logged logged = new Logged()) {
            crash();
            assertThat(logged.text()).contains("is damaged: its bytes " + bytes.length / 3 + " to");
        }

        assertThat(list(environment)).containsExactly(ends.get(2), ends.get(0));
        assertThat(stored(ends.get(1))).isEmpty();
        assertThat(Files.readAllBytes(file.resolveSibling(file.getFileName() + ".damaged")))
                .isEqualTo(bytes);
    }

    @Test
    void theJournalOfAnEarlierVersionIsTakenOver() throws Exception {
        Environment environment = environment();
        database().jdbi().useHandle(handle -> {
            handle.execute("delete from environment_events where environment_id = ?", environment.id());
            handle.execute(
                    "update environments set id = ? where id = ?", JournalEntryTest.ENVIRONMENT, environment.id());
        });
        Path old = folder.resolveSibling("executions.journal");
        try (InputStream kept =
                Objects.requireNonNull(JournalEntryTest.class.getResourceAsStream("version-1.journal"))) {
            Files.copy(kept, old);
        }

        crash();

        for (JournalEntry end : JournalEntryTest.ends()) {
            assertThat(stored(end.execution())).contains(end.execution());
        }
        assertThat(old).doesNotExist();
    }

    @Test
    void theJournalOfALaterVersionStopsTheStart() throws Exception {
        Files.createFile(folder.resolve("0000000007-v4-00000000000000ff.journal"));

        assertThatThrownBy(this::crash).isInstanceOf(IOException.class).hasMessageStartingWith("A newer Sandlot");
    }

    @Test
    void manyAtOnceAreStoredEachOnce() throws Exception {
        int threads = 6;
        int each = 60;
        List<Environment> environments =
                IntStream.range(0, threads).mapToObj(i -> environment()).toList();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> flusher = Apart.run(() -> {
            while (!enough.get()) {
                journal.flush();
            }
        });
        List<CompletableFuture<List<Execution>>> runs = environments.stream()
                .map(environment -> Apart.supply(() -> runAll(environment, each)))
                .toList();

        List<List<Execution>> ends = new ArrayList<>();
        for (CompletableFuture<List<Execution>> one : runs) {
            ends.add(one.get(50, TimeUnit.SECONDS));
        }
        enough.set(true);
        flusher.get(30, TimeUnit.SECONDS);
        journal.flush();

        for (int i = 0; i < threads; i++) {
            assertThat(repository
                            .list(environments.get(i).id(), List.of(), 0, 1000)
                            .executions())
                    .containsExactlyInAnyOrderElementsOf(ends.get(i));
        }
        assertThat(bytesOnDisk()).isZero();
        assertThat(backlog.bytes()).isZero();
    }

    private List<Execution> runAll(Environment environment, int count) {
        List<Execution> ends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instant at = NOW.minusSeconds(60).plusMillis(i);
            Execution execution = new Execution(
                    TimeOrderedId.create(at),
                    environment.id(),
                    "true",
                    "me",
                    false,
                    30,
                    at,
                    null,
                    null,
                    Origin.UNKNOWN);
            journal.begin(execution, TENANT, i % 2 == 0);
            journal.start(started(execution));
            assertThat(list(environment)).contains(started(execution)).hasSize(Math.min(100, i + 1));
            Execution end = ended(execution);
            journal.end(end, PRINTED);
            assertThat(list(environment)).contains(end).hasSize(Math.min(100, i + 1));
            ends.add(end);
        }
        return ends;
    }
}
