package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Apart;
import dev.sandlot.environment.Environment;
import dev.sandlot.sandbox.OutputStreamKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The way of executions to a database of any kind. */
abstract class ExecutionJournalContract extends JournalFixture {
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

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private List<Execution> runAll(Environment environment, int count) {
        List<Execution> ends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Execution execution =
                    queued(environment, "true", "me", NOW.minusSeconds(60).plusMillis(i));
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
