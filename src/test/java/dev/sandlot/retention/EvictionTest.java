package dev.sandlot.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.Origin;
import dev.sandlot.audit.SampleAudit;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.output.EvictionOrder;
import dev.sandlot.output.FileOutputStore;
import dev.sandlot.output.Held;
import dev.sandlot.output.InlineOutput;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.KeptConfig;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputText;
import dev.sandlot.quota.Quotas;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.ExecutionBacklog;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.records.JournalConfig;
import dev.sandlot.records.RecordSize;
import dev.sandlot.records.RecordWrite;
import dev.sandlot.records.TimeOrderedId;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.worker.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes of outputs and records, with a database and files. */
class EvictionTest {
    private static final long MIB = 1 << 20;
    private static final int LARGE = 20_000;

    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock(Instant.parse("2030-01-01T00:00:00Z"));
    private final Jdbi jdbi = MemoryDatabase.open().jdbi();
    private final ExecutionRepository repository =
            new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG);
    private final StoredBytes stored = new StoredBytes(jdbi);
    private final KeptConfig config =
            new KeptConfig(new Bounds(MIB, Bounds.NONE, 4 * MIB, 16 * MIB), 50, 0, Optional.empty());
    private final UUID environment = UUID.randomUUID();
    private final Tenant tenant = Tenant.of(new WorkspaceId("acme", "main"), environment);
    private KeptBytes kept;
    private FileOutputStore outputs;
    private KeptCount count;
    private final List<UUID> forgotten = new ArrayList<>();

    @BeforeEach
    void begin() {
        insert(environment, null);
        startServer();
    }

    /** As a server does that is new. */
    private void startServer() {
        OutputConfig outputConfig = new OutputConfig(folder.resolve("outputs"), 1 << 20, 1 << 20);
        kept = new KeptBytes(config, outputConfig, stored, new Quotas());
        outputs = new FileOutputStore(outputConfig, kept);
        count = new KeptCount(stored, outputs, kept, clock);
    }

    private void insert(UUID id, @Nullable Instant endedAt) {
        jdbi.useHandle(handle -> handle.createUpdate("insert into environments (id, org, workspace, task_ref, state,"
                        + " created_at, expires_at, ended_at, token_hash, command_env, created_by)"
                        + " values (:id, 'acme', 'main', 'shell', 'ready', :now, :now, :ended, 'x', '{}', 'me')")
                .bind("id", id)
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .bind("ended", endedAt == null ? null : endedAt.atOffset(ZoneOffset.UTC))
                .execute());
    }

    private Execution begun(String command, boolean split) {
        clock.advance(Duration.ofMillis(5));
        Instant now = clock.instant();
        return new Execution(
                TimeOrderedId.create(now), environment, command, "me", split, 30, now, now, null, Origin.UNKNOWN);
    }

    private Execution ended(Execution begun, LiveOutput output) {
        End end = new End(
                ExecutionState.EXITED,
                clock.instant(),
                0,
                null,
                false,
                output.merged().extent().total(),
                false,
                null,
                null);
        return new Execution(
                begun.id(),
                environment,
                begun.command(),
                "me",
                begun.split(),
                30,
                begun.queuedAt(),
                begun.startedAt(),
                end,
                Origin.UNKNOWN);
    }

    /** An execution that has ended, as the dispatcher leaves it. */
    private UUID execute(String command, boolean split, int printed) {
        Execution begun = begun(command, split);
        LiveOutput output = outputs.begin(tenant, begun.id(), split);
        print(output, split, printed);
        return store(begun, output);
    }

    private UUID store(Execution begun, LiveOutput output) {
        output.end();
        Execution end = ended(begun, output);
        repository.write(List.of(new RecordWrite(end, output.inline(), false)));
        kept.recorded(environment, RecordSize.of(end), LiveOutput.size(output.inline()));
        return end.id();
    }

    private static void print(LiveOutput output, boolean split, int bytes) {
        OutputStreamKind stream = split ? OutputStreamKind.STDERR : OutputStreamKind.OUTPUT;
        output.accept(stream, 0, ByteBuffer.wrap("x".repeat(bytes).getBytes(StandardCharsets.UTF_8)));
    }

    private KeptAccount account() {
        return kept.account(tenant);
    }

    private KeptOutput output(UUID id, OutputStreamKind stream) throws IOException {
        byte[] inline = repository.inline(id).get(stream);
        long total = repository
                .bytesGone(id, stream)
                .orElse(repository
                        .find(environment, id)
                        .flatMap(Execution::ended)
                        .map(End::outputBytes)
                        .orElse(0L));
        return inline != null ? InlineOutput.of(inline) : outputs.find(environment, id, stream, total);
    }

    private boolean isThere(UUID id) throws IOException {
        return !OutputText.shown(output(id, OutputStreamKind.OUTPUT), MIB).truncated();
    }

    private boolean isRecorded(UUID id) {
        return repository.find(environment, id).isPresent();
    }

    private long drop(long bytes) throws IOException {
        return new OutputEviction(stored, repository, outputs).drop(account(), bytes);
    }

    private boolean dropRecords(long bytes, long executions) throws IOException {
        return new RecordEviction(stored, outputs, clock).drop(account(), bytes, executions);
    }

    @Test
    void theOldestOutputsGoAndTheirRecordsSaySo() throws IOException {
        UUID first = execute("one", false, LARGE);
        UUID second = execute("two", false, 100);
        UUID third = execute("three", false, LARGE);
        Held before = account().held();

        assertThat(drop(20_481)).isEqualTo(20_480 + 100);

        assertThat(isThere(first)).isFalse();
        assertThat(isThere(second)).isFalse();
        assertThat(isThere(third)).isTrue();
        End end = repository.find(environment, second).flatMap(Execution::ended).orElseThrow();
        assertThat(end.truncated()).isTrue();
        assertThat(end.outputBytes()).isEqualTo(100);
        assertThat(OutputText.of(output(second, OutputStreamKind.OUTPUT), MIB))
                .isEqualTo("[sandlot: 100 bytes left out]\n");
        assertThat(account().held()).isEqualTo(before.plus(Held.outputs(-20_580)));
        assertThat(drop(1)).as("the next one").isEqualTo(20_480);
        assertThat(drop(1)).as("none is left").isZero();
        assertThat(account().held().outputs()).isZero();
    }

    @Test
    void ofStreamsThatWereToldApartEachSaysHowMuchIsGone() throws IOException {
        UUID small = execute("x", true, 300);
        UUID large = execute("x", true, LARGE);

        drop(MIB);

        assertThat(OutputText.of(output(small, OutputStreamKind.STDERR), MIB))
                .isEqualTo("[sandlot: 300 bytes left out]\n");
        assertThat(OutputText.of(output(large, OutputStreamKind.STDERR), MIB))
                .isEqualTo("[sandlot: 20000 bytes left out]\n");
        assertThat(OutputText.of(output(large, OutputStreamKind.STDOUT), MIB)).isEmpty();
        assertThat(outputs.kept(environment)).isEmpty();
    }

    @Test
    void whatIsUnderWayIsLeftAndGoesWhenItHasEnded() throws IOException {
        Execution begun = begun("long", false);
        LiveOutput live = outputs.begin(tenant, begun.id(), false);
        print(live, false, LARGE);
        UUID later = execute("later", false, LARGE);

        drop(MIB);
        assertThat(isThere(later)).isFalse();
        live.accept(OutputStreamKind.OUTPUT, LARGE, ByteBuffer.wrap(new byte[10]));
        assertThat(live.merged().extent().headEnd()).isEqualTo(LARGE + 10);
        store(begun, live);

        assertThat(isThere(begun.id())).isTrue();
        assertThat(drop(1)).isEqualTo(20_480);
        assertThat(isThere(begun.id())).isFalse();
        assertThat(account().held().outputs()).isZero();
    }

    @Test
    void theOldestRecordsGoWithTheirOutputs() throws IOException {
        UUID first = execute("one", false, LARGE);
        UUID second = execute("two", false, 10);
        UUID third = execute("three", false, 10);

        assertThat(dropRecords(0, 2)).isTrue();

        assertThat(isRecorded(first)).isFalse();
        assertThat(isRecorded(second)).isFalse();
        assertThat(isRecorded(third)).isTrue();
        assertThat(outputs.kept(environment)).isEmpty();
        assertThat(account().held()).isEqualTo(new Held(0, 10, 1024 + "threeme".length(), 1));
        assertThat(repository.inline(first)).isEmpty();
    }

    @Test
    void recordsThatSomebodyMayStillAskForByTheirKeyStay() throws IOException {
        UUID keyed = execute("k".repeat(5000), false, 10);
        UUID other = execute("c".repeat(5000), false, 10);
        key(keyed);

        assertThat(dropRecords(5000, 1)).isTrue();
        assertThat(isRecorded(other)).isFalse();
        assertThat(isRecorded(keyed)).isTrue();

        assertThat(dropRecords(4000, 0)).as("a command can go").isTrue();
        assertThat(repository.find(environment, keyed).orElseThrow().command())
                .isEqualTo("[sandlot: 5002 bytes left out]");
        assertThat(dropRecords(1, 0)).as("nothing can").isFalse();
        assertThat(account().held().records()).isBetween(1024L, 1100L);
    }

    private void key(UUID execution) {
        jdbi.useHandle(handle -> handle.execute(
                "insert into idempotency_keys (key_hash, request_hash, subject_id, created_at) values (?, 'x', ?, ?)",
                execution.toString(),
                execution,
                clock.instant().atOffset(ZoneOffset.UTC)));
    }

    @Test
    void whereKeysHoldAllRecordsNoMoreOfThemBegin() throws IOException {
        key(execute("one", false, 10));
        KeptAccount account = account();
        account.requireRoomForKey(clock.instant());

        boolean done = dropRecords(0, 1);

        assertThat(done).isFalse();
        assertThatThrownBy(() -> account.requireRoomForKey(clock.instant())).isInstanceOf(ApiException.class);
        clock.advance(Duration.ofMinutes(2));
        account.requireRoomForKey(clock.instant());
    }

    @Test
    void anotherServerCountsWhatIsThere() throws IOException {
        execute("one", false, LARGE);
        execute("two", false, 100);
        execute("three", true, LARGE);
        drop(1);
        count.learn();
        count.count(Duration.ofMinutes(1));
        Held before = account().held();
        clock.advance(Duration.ofSeconds(1));

        startServer();
        execute("four", false, LARGE);
        count.learn();
        assertThat(count.count(Duration.ofMinutes(1))).isFalse();
        execute("five", false, 10);

        assertThat(account().held())
                .isEqualTo(before.plus(new Held(0, 20_480 + 10, 2L * (1024 + "fourme".length()), 2)));
        assertThat(kept.inAll()).isEqualTo(account().held());
    }

    @Test
    void whatAnEarlierServerLeftUnfinishedGoes() throws IOException {
        Execution lost = begun("lost", false);
        print(outputs.begin(tenant, lost.id(), false), false, LARGE);
        UUID gone = execute("gone", false, LARGE);
        stored.markGone(List.of(new StoredBytes.Gone(gone, Optional.empty(), Optional.empty())));
        UUID whole = execute("whole", false, LARGE);
        Path unknown = folder.resolve("outputs/" + UUID.randomUUID());
        Files.createDirectories(unknown);
        Files.writeString(unknown.resolve(UUID.randomUUID() + ".output"), "x");
        clock.advance(Duration.ofSeconds(1));

        startServer();
        count.learn();
        count.count(Duration.ofMinutes(1));

        assertThat(outputs.kept(environment)).isEqualTo(Map.of(whole, 20_480L));
        assertThat(unknown).doesNotExist();
        assertThat(account().held().outputs()).isEqualTo(20_480);
    }

    @Test
    void environmentsAreKnownWithTheirEnds() throws IOException {
        UUID other = UUID.randomUUID();
        insert(other, clock.instant());

        count.learn();
        count.learn();

        KeptAccount account = kept.find(other).orElseThrow();
        assertThat(account.endedAt()).contains(clock.instant());
        assertThat(account.held().records()).isEqualTo(4096 + "{}[]".length());
        assertThat(account().endedAt()).isEmpty();
        stored.deleteAll(other);
        jdbi.useHandle(handle -> handle.execute("delete from environments where id = ?", other));
        count.count(Duration.ofMinutes(1));
        assertThat(kept.find(other)).isEmpty();
    }

    private ExecutionJournal journal(ExecutionRepository writesTo) throws IOException {
        JournalConfig config = new JournalConfig(folder.resolve("journal"), 8 * MIB);
        return new ExecutionJournal(writesTo, new ExecutionBacklog(config), config, clock);
    }

    /** The whole of it, in the caller's thread. */
    private Eviction eviction(ExecutionJournal journal, KeptConfig settings) {
        EvictionSteps steps = new EvictionSteps(
                new OutputEviction(stored, repository, outputs),
                new RecordEviction(stored, outputs, clock),
                forgotten::add,
                journal,
                count);
        return new Eviction(kept, settings, new EvictionOrder(kept), steps, count, new Workers(Runnable::run), clock);
    }

    @Test
    void whoeverKeepsTooMuchLosesTheOldestAtOnce() throws IOException {
        eviction(journal(repository), config);
        List<UUID> executions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            executions.add(execute("x", false, 200_000));
            assertThat(account().held().total()).isLessThanOrEqualTo(MIB);
        }

        assertThat(isThere(executions.get(0))).isFalse();
        assertThat(isThere(executions.get(9))).isTrue();
        assertThat(executions).allMatch(this::isRecorded);
    }

    @Test
    void whatAnEarlierServerLeftIsCountedBeforeAnyOfItGoes() throws IOException {
        for (int i = 0; i < 4; i++) {
            execute("x", false, 200_000);
        }
        clock.advance(Duration.ofSeconds(1));
        startServer();
        eviction(journal(repository), config);

        for (int i = 0; i < 6; i++) {
            execute("x", false, 200_000);
        }

        long files = outputs.kept(environment).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(account().held().outputs()).isEqualTo(files);
        assertThat(account().held().executions()).isEqualTo(10);
    }

    @Test
    void aRecordThatCannotBeStoredNowKeepsNothingFromGoing() throws IOException {
        ExecutionJournal journal = journal(new ExecutionRepository(jdbi, new AuditChain(jdbi), SampleAudit.CONFIG) {
            @Override
            public void write(Collection<RecordWrite> writes) {
                throw new IllegalStateException("not now");
            }
        });
        Eviction eviction = eviction(journal, config);
        Execution begun = begun("waits", false);
        journal.begin(begun, tenant, false);
        journal.end(ended(begun, outputs.begin(tenant, begun.id(), false)), Map.of());
        assertThatThrownBy(journal::flush).hasMessage("not now");

        UUID oldest = execute("x", false, 300_000);
        for (int i = 0; i < 4; i++) {
            execute("x", false, 300_000);
        }
        eviction.sweep();

        assertThat(isThere(oldest)).isFalse();
        assertThat(account().held().total()).isLessThanOrEqualTo(MIB);
    }

    @Test
    void outputsOfAnEndedEnvironmentGoAfterTheTimeThatIsSet() throws IOException {
        KeptConfig settings = new KeptConfig(config.bounds(), 50, 0, Optional.of(Duration.ofMinutes(10)));
        Eviction eviction = eviction(journal(repository), settings);
        UUID execution = execute("x", false, LARGE);
        jdbi.useHandle(handle -> handle.execute(
                "update environments set ended_at = ?, state = 'torn_down' where id = ?",
                clock.instant().atOffset(ZoneOffset.UTC),
                environment));

        clock.advance(Duration.ofMinutes(9));
        eviction.sweep();
        assertThat(isThere(execution)).isTrue();
        clock.advance(Duration.ofMinutes(1));
        eviction.sweep();

        assertThat(isThere(execution)).isFalse();
        assertThat(isRecorded(execution)).isTrue();
        assertThat(forgotten).isEmpty();
    }
}
