package dev.sandlot.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.MutableClock;
import dev.sandlot.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The audit in a database of any kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class AuditChainContract {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");
    private static final UUID ENVIRONMENT = UUID.fromString("0190a000-0000-7000-8000-0000000000e1");
    private static final String GENESIS = "0".repeat(64);

    @TempDir
    private Path folder;

    private MutableClock clock;
    private AuditChain chain;
    private AuditLog log;

    abstract TestDatabase database();

    private Jdbi jdbi() {
        return database().jdbi();
    }

    @BeforeEach
    void begin() {
        jdbi().useHandle(handle -> {
            handle.execute("delete from audit");
            handle.execute("delete from audit_anchor");
        });
        clock = new MutableClock(NOW);
        start();
    }

    /** As a server does that is new. */
    private void start() {
        chain = new AuditChain(jdbi());
        log = new AuditLog(chain, clock);
    }

    private AuditEntry entry(String operation, String subject, String org, int status) {
        Origin origin = new Origin("jwt:https://issuer", "192.0.2.1", "r\"1\\\n\u20ac\ud83d\ude00", null);
        AuditTarget target = new AuditTarget(org, "main", null, ENVIRONMENT, null);
        return new AuditEntry(clock.instant(), operation, subject, origin, target, AuditOutcome.of(status));
    }

    private AuditEntry entry(String operation) {
        return entry(operation, "me", "acme", 200);
    }

    private AuditReader reader() {
        return new AuditReader(jdbi());
    }

    private List<String> all(AuditQuery query) throws IOException {
        List<String> lines = new ArrayList<>();
        reader().all(query, lines::add);
        return lines;
    }

    private List<AuditLink> links() throws IOException {
        return all(AuditQuery.ALL).stream()
                .map(line -> AuditLink.read(line).orElseThrow())
                .toList();
    }

    @Test
    void entriesAreLinkedFromTheGenesisOnAndAcrossServers() throws IOException {
        log.record(entry("provisionEnvironment"));
        log.record(entry("deleteEnvironment"));
        start();
        log.record(entry("publishTaskVersion"));

        List<AuditLink> links = links();
        assertThat(links).extracting(AuditLink::seq).containsExactly(1L, 2L, 3L);
        assertThat(links.get(0).previous()).isEqualTo(GENESIS);
        assertThat(links.get(1).previous()).isEqualTo(links.get(0).hash());
        assertThat(links.get(2).previous()).isEqualTo(links.get(1).hash());
        assertThat(links).allMatch(AuditLink::isWhole);
        assertThat(reader().verify().broken()).isEmpty();
        assertThat(reader().verify().entries()).isEqualTo(3);
        assertThat(links.get(0).text())
                .isEqualTo("{\"v\":1,\"seq\":1,\"at\":\"2026-01-01T00:00:00.123456Z\","
                        + "\"operation\":\"provisionEnvironment\",\"outcome\":\"done\",\"status\":200,"
                        + "\"subject\":\"me\",\"credential\":\"jwt:https://issuer\",\"address\":\"192.0.2.1\","
                        + "\"request_id\":\"r\\\"1\\\\\\u000a\u20ac\\ud83d\\ude00\",\"org\":\"acme\","
                        + "\"workspace\":\"main\",\"environment_id\":\"" + ENVIRONMENT + "\"}");
    }

    @Test
    void anEntryNamesItsKey() throws IOException {
        UUID key = UUID.fromString("0190a000-0000-4000-8000-0000000000e2");
        AuditTarget target = new AuditTarget(null, null, null, null, null, key);

        log.record(new AuditEntry(NOW, "createApiKey", "me", Origin.UNKNOWN, target, AuditOutcome.of(201)));

        assertThat(links().get(0).text()).endsWith("\"subject\":\"me\",\"key_id\":\"" + key + "\"}");
        assertThat(reader().verify().broken()).isEmpty();
    }

    @Test
    void whatIsNotCommittedIsNotInTheChain() throws IOException {
        log.record(entry("one"));

        assertThatThrownBy(() -> chain.write(handle -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        log.record(entry("two"));

        assertThat(links()).extracting(AuditLink::seq).containsExactly(1L, 2L);
        assertThat(reader().verify().broken()).isEmpty();
    }

    @Test
    void manyAtOnceMakeOneChain() throws Exception {
        List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                .mapToObj(thread -> Apart.run(() -> recordSome("t" + thread + "-")))
                .toList();
        for (CompletableFuture<Void> thread : threads) {
            thread.get(30, TimeUnit.SECONDS);
        }

        assertThat(reader().verify().entries()).isEqualTo(400);
        assertThat(reader().verify().broken()).isEmpty();
    }

    private void recordSome(String name) {
        for (int i = 0; i < 50; i++) {
            log.record(entry(name + i));
            assertThat(reader().newest(
                                    new AuditQuery(null, null, null, null, null, name + i, null, null),
                                    Long.MAX_VALUE,
                                    2))
                    .as("is there on return")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "update audit set entry = replace(entry, '192.0.2.1', '192.0.2.2') where seq = 3; 3",
                "delete from audit where seq = 3; 3",
                "update audit set subject = 'you' where seq = 4; 4",
                "update audit set hash = previous where seq = 2; 2",
                "update audit set org = null where seq = 5; 5",
                "delete from audit where seq = 1; 1",
            })
    void theFirstBrokenLinkIsNamed(String attack, long broken) {
        for (int i = 0; i < 5; i++) {
            log.record(entry("op" + i));
        }

        jdbi().useHandle(handle -> assertThat(handle.execute(attack)).isEqualTo(1));

        AuditReader.Verified found = reader().verify();
        assertThat(found.broken()).map(AuditVerifier.Broken::seq).contains(broken);
        assertThat(found.entries()).isEqualTo(broken - 1);
    }

    @Test
    void entriesAreFoundByWhatTheyTell() throws IOException {
        log.record(entry("provisionEnvironment", "alice", "acme", 201));
        clock.advance(Duration.ofSeconds(10));
        log.record(entry("deleteEnvironment", "bob", "other", 204));
        log.record(new AuditEntry(
                clock.instant(), "unknown", null, Origin.UNKNOWN, AuditTarget.NONE, AuditOutcome.of(401)));
        Instant between = NOW.plusSeconds(5);

        assertThat(all(new AuditQuery(between, null, null, null, null, null, null, null)))
                .hasSize(2);
        assertThat(all(new AuditQuery(null, between, null, null, null, null, null, null)))
                .hasSize(1);
        assertThat(all(new AuditQuery(null, null, "acme", null, null, null, null, null)))
                .hasSize(1);
        assertThat(all(new AuditQuery(
                        null, null, "acme", "main", "alice", "provisionEnvironment", ENVIRONMENT, "done")))
                .hasSize(1);
        assertThat(all(new AuditQuery(null, null, null, "elsewhere", null, null, null, null)))
                .isEmpty();
        assertThat(all(new AuditQuery(null, null, null, null, "bob", null, null, null)))
                .hasSize(1);
        assertThat(all(new AuditQuery(null, null, null, null, null, null, UUID.randomUUID(), null)))
                .isEmpty();
        assertThat(all(new AuditQuery(null, null, null, null, null, null, null, "refused")))
                .hasSize(1);
        List<String> newest = reader().newest(AuditQuery.ALL, Long.MAX_VALUE, 2);
        assertThat(newest.get(0)).contains("\"seq\":3,");
        assertThat(newest.get(1)).contains("\"seq\":2,");
        assertThat(reader().newest(AuditQuery.ALL, 2, 2))
                .singleElement()
                .asString()
                .contains("\"seq\":1,");
    }

    private AuditRetention retention(long entries, Duration age) {
        return new AuditRetention(jdbi(), chain, new AuditConfig(false, false, entries, age), clock);
    }

    @Test
    void theOldestGoAndTheRestCanStillBeFollowed() throws IOException {
        for (int i = 0; i < 1010; i++) {
            AuditEntry one = entry("op" + i);
            chain.write(handle -> List.of(one));
        }
        String hash = links().get(9).hash();

        retention(1000, Duration.ofDays(1)).sweep();

        assertThat(links()).hasSize(1001);
        assertThat(links().get(0).previous()).isEqualTo(hash);
        assertThat(links().get(1000).text()).contains("\"operation\":\"pruneAudit\"", "\"count\":10");
        assertThat(reader().verify().broken()).isEmpty();
        assertThat(reader().verify().from()).isEqualTo(new AuditVerifier.Place(10, hash));

        clock.advance(Duration.ofDays(2));
        retention(1000, Duration.ofDays(1)).sweep();
        retention(1000, Duration.ofDays(1)).sweep();
        start();
        log.record(entry("after"));

        assertThat(links()).extracting(AuditLink::seq).containsExactly(1012L, 1013L);
        assertThat(reader().verify().broken()).isEmpty();
    }

    @Test
    void whatIsRemovedWhileItIsLookedAtIsNoBreak() {
        for (int i = 0; i < 1010; i++) {
            AuditEntry one = entry("op" + i);
            chain.write(handle -> List.of(one));
        }
        AtomicBoolean swept = new AtomicBoolean();
        jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                if (String.valueOf(context.getRawSql()).contains("seq > :after") && swept.compareAndSet(false, true)) {
                    retention(1000, Duration.ofDays(1)).sweep();
                }
            }
        });

        AuditReader.Verified found;
        try {
            found = reader().verify();
        } finally {
            jdbi().setSqlLogger(SqlLogger.NOP_SQL_LOGGER);
        }

        assertThat(swept).isTrue();
        assertThat(found.broken()).isEmpty();
        assertThat(found.from().seq()).isEqualTo(10);
        assertThat(found.entries()).isEqualTo(1001);
    }

    @Test
    void aChainWithoutItsAnchorIsBroken() {
        for (int i = 0; i < 1001; i++) {
            log.record(entry("op"));
        }
        retention(1000, Duration.ofDays(1)).sweep();

        jdbi().useHandle(handle -> handle.execute("delete from audit_anchor"));

        assertThat(reader().verify().broken()).isPresent();
    }

    @Test
    void anExportedChainIsFollowedWithoutItsServer() throws IOException {
        for (int i = 0; i < 5; i++) {
            log.record(entry("op" + i));
        }
        List<String> lines = all(AuditQuery.ALL);
        String last = links().get(4).hash();

        assertThat(verify(lines, Optional.of(last)).isGood()).isTrue();
        assertThat(verify(lines.subList(2, 5), Optional.of(last)).isGood()).isTrue();
        assertThat(verify(lines.subList(0, 4), Optional.of(last)).sentence()).contains("ends at entry 4");
        assertThat(verify(List.of(lines.get(0), lines.get(2)), Optional.empty()).sentence())
                .contains("broken at entry 2 (line 2)", "missing");
        List<String> changed = new ArrayList<>(lines);
        changed.set(3, lines.get(3).replace("\"me\"", "\"you\""));
        assertThat(verify(changed, Optional.empty()).sentence()).contains("broken at entry 4 (line 4)", "hash");
        assertThat(verify(List.of("{}"), Optional.empty()).sentence()).contains("Line 1 is no entry");
    }

    private VerifyAudit.Result verify(List<String> lines, Optional<String> end) throws IOException {
        return VerifyAudit.verify(Files.write(folder.resolve("audit.ndjson"), lines), end);
    }

    @Test
    void whatCannotBeWrittenNowWaitsAndHoldsNobodyUp() throws IOException {
        AtomicInteger tries = new AtomicInteger();
        AtomicBoolean away = new AtomicBoolean(true);
        log = new AuditLog(
                new AuditChain(jdbi()) {
                    @Override
                    public void write(Function<Handle, List<AuditEntry>> work) {
                        tries.incrementAndGet();
                        if (away.get()) {
                            throw new UnableToExecuteStatementException(new SQLException("gone", "08006"), null);
                        }
                        super.write(work);
                    }
                },
                clock);

        for (int i = 0; i < 10_010; i++) {
            log.record(entry("op" + i));
        }
        assertThat(tries).as("one finds out for all").hasValue(1);
        away.set(false);
        log.flush();

        assertThat(reader().verify().entries()).isEqualTo(10_001);
        assertThat(links().get(10_000).text()).contains("\"operation\":\"auditGap\"", "\"count\":10");
    }

    @Test
    void whatComesAgainAndAgainIsCounted() throws IOException {
        for (int i = 0; i < 1000; i++) {
            log.repeated(entry("execute", "me", "acme", 403));
        }
        log.flush();
        assertThat(links())
                .singleElement()
                .satisfies(one -> assertThat(one.text()).doesNotContain("count"));

        clock.advance(RepeatedEntries.WINDOW);
        log.flush();

        assertThat(links()).hasSize(2);
        assertThat(links().get(1).text())
                .contains("\"outcome\":\"refused\"", "\"count\":999,\"since\":\"" + NOW + "\"");
    }

    @Test
    void aFloodOfDifferentOnesIsBounded() throws IOException {
        for (int i = 0; i < 5000; i++) {
            log.repeated(entry("execute", "me", "org-" + i, 403));
        }
        clock.advance(RepeatedEntries.WINDOW);
        log.close();

        List<AuditLink> links = links();
        assertThat(links).hasSize(RepeatedEntries.OF_CALLER_MAX + 2);
        long rest = 5000 - RepeatedEntries.OF_CALLER_MAX - 1;
        assertThat(links.get(links.size() - 1).text())
                .contains("\"operation\":\"unknown\"", "\"subject\":\"me\"", "\"count\":" + rest);
    }
}
