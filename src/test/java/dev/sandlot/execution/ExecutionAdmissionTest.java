package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.environment.Environment;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An execution begins once, where there is room, and whoever finds anything of it finds all of it. */
@Timeout(60)
class ExecutionAdmissionTest {
    private static final IdempotencyKey KEY = ExecutionHost.key("once", "body");
    private final RuntimeException noRoom = new IllegalStateException("no room");

    @TempDir
    private Path folder;

    private ExecutionHost host;
    private Environment environment;
    private WantedExecution wanted;

    @BeforeEach
    void begin() throws Exception {
        host = new ExecutionHost(folder);
        environment = host.host.ready("acme/main");
        wanted = ExecutionHost.wanted(environment, "make");
    }

    @AfterEach
    void end() {
        host.close();
    }

    private void assertThatNothingIsHeld() {
        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.permits.inUse()).isZero();
        assertThat(host.recorded(environment)).isEmpty();
    }

    private static void assertType(Throwable refusal, ErrorType type) {
        assertThat(refusal)
                .isInstanceOfSatisfying(
                        ApiException.class, told -> assertThat(told.type()).isEqualTo(type));
    }

    @Test
    void whatBeginsIsGivenToAWorkerOnce() {
        ExecutionProgress progress = host.admission.begin(wanted, false);

        assertThat(host.work).hasSize(1);
        host.runAll();
        assertThat(progress.ended().join().state()).isEqualTo(ExecutionState.EXITED);
        assertThat(progress.ended().join().requestedBy()).isEqualTo("tester");
        assertThat(host.backend.executed())
                .singleElement()
                .satisfies(spec -> assertThat(spec.command()).isEqualTo("make"))
                .satisfies(spec -> assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(30)))
                .satisfies(spec -> assertThat(spec.whole()).isFalse());
    }

    @Test
    void nothingBeginsWhereTheEnvironmentIsNotReady() {
        host.clock.advance(Duration.ofHours(2));

        for (boolean lasting : new boolean[] {true, false}) {
            assertThatThrownBy(() -> host.admission.begin(wanted, lasting))
                    .hasMessage("The environment is torn_down, not ready")
                    .satisfies(refusal -> assertType(refusal, ErrorType.CONFLICT));
        }

        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY))
                .satisfies(refusal -> assertType(refusal, ErrorType.CONFLICT));
        assertThatNothingIsHeld();
        assertThat(host.keys.find(KEY)).isEmpty();
    }

    @Test
    void noMoreBeginThanThereArePlacesFor() {
        for (int i = 0; i < ExecutionHost.PER_ENVIRONMENT; i++) {
            host.admission.begin(wanted, false);
        }

        assertThatThrownBy(() -> host.admission.begin(wanted, false))
                .satisfies(refusal -> assertType(refusal, ErrorType.RATE_LIMITED));
        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY))
                .satisfies(refusal -> assertType(refusal, ErrorType.RATE_LIMITED));

        assertThat(host.running.all()).hasSize(ExecutionHost.PER_ENVIRONMENT);
        assertThat(host.keys.find(KEY)).as("it may be sent again").isEmpty();
        host.runAll();
        assertThat(host.permits.inUse()).isZero();
        host.admission.beginOnce(wanted, KEY);
    }

    @Test
    void aRefusalOfTheJournalLeavesNothing() {
        host.journal.refusesRoom = noRoom;
        assertThatThrownBy(() -> host.admission.begin(wanted, true)).isSameAs(noRoom);
        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY)).isSameAs(noRoom);
        assertThatNothingIsHeld();
        host.journal.refusesRoom = null;
        host.journal.refusesBeginnings = noRoom;
        assertThatThrownBy(() -> host.admission.begin(wanted, true)).isSameAs(noRoom);

        assertThatNothingIsHeld();
        assertThat(host.keys.find(KEY)).isEmpty();
        assertThat(host.work).isEmpty();
    }

    @Test
    void whoFindsItsRecordFindsItUnderWay() {
        List<ExecutionProgress> found = new ArrayList<>();
        host.journal.afterBegin = () -> host.recorded(environment)
                .forEach(record -> found.add(host.executions.progress(environment, record.id())));

        ExecutionProgress begun = host.admission.begin(wanted, false);

        assertThat(found).containsExactly(begun);
        assertThat(begun.ended()).isNotDone();
    }

    @Test
    void whoIsToldEarlyFindsItAfterACrash() throws Exception {
        RunningExecution execution = host.beginLasting(environment, "make");

        new ExecutionHost(host.host, folder).recovery.replay();

        assertThat(host.repository.find(environment.id(), execution.record().id()))
                .isPresent();
    }

    @Test
    void whatFindsNoWorkerHasNotBegunAndSaysSoWhereSomebodyMayKnow() {
        host.refuseWork();

        assertThatThrownBy(() -> host.admission.begin(wanted, false)).isInstanceOf(RejectedExecutionException.class);
        assertThatNothingIsHeld();
        assertThatThrownBy(() -> host.admission.begin(wanted, true)).isInstanceOf(RejectedExecutionException.class);

        assertThat(host.recorded(environment)).singleElement().satisfies(record -> {
            assertThat(record.state()).isEqualTo(ExecutionState.LOST);
            assertThat(record.ended().orElseThrow().reason()).isEqualTo(Execution.NEVER_BEGAN);
        });
        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.permits.inUse()).isZero();
    }

    @Test
    void theSameKeyIsTheSameExecution() {
        ExecutionProgress first = host.admission.beginOnce(wanted, KEY);

        assertThat(host.admission.beginOnce(wanted, KEY)).isSameAs(first);
        host.runAll();
        Execution end = first.ended().join();
        assertThat(host.admission.beginOnce(wanted, KEY).ended()).isCompletedWithValue(end);
        host.journal.flush();
        assertThat(host.admission.beginOnce(wanted, KEY).ended()).isCompletedWithValue(end);

        assertThat(host.backend.count("make")).isOne();
        assertThatThrownBy(() -> host.admission.beginOnce(wanted, ExecutionHost.key("once", "another")))
                .satisfies(refusal -> assertType(refusal, ErrorType.CONFLICT));
        host.admission.beginOnce(wanted, ExecutionHost.key("twice", "body"));
        host.runAll();
        assertThat(host.backend.count("make")).isEqualTo(2);
    }

    @Test
    void whoFindsTheKeyFindsTheExecution() {
        List<ExecutionProgress> found = new ArrayList<>();
        host.keys.afterClaim(() -> {
            found.add(host.admission.beginOnce(wanted, KEY));
            assertThat(host.running.find(found.get(0).record().id())).isPresent();
        });

        ExecutionProgress mine = host.admission.beginOnce(wanted, KEY);

        assertThat(found).containsExactly(mine);
        assertThat(mine.ended()).isNotDone();
        host.runAll();
        assertThat(host.backend.count("make")).isOne();
    }

    @Test
    void ofSeveralWithOneKeyOneBegins() throws Exception {
        CountDownLatch together = new CountDownLatch(4);
        List<CompletableFuture<ExecutionProgress>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(Apart.supply(() -> {
                together.countDown();
                awaitUninterrupted(together);
                return host.admission.beginOnce(wanted, KEY);
            }));
        }

        List<UUID> ids = new ArrayList<>();
        for (CompletableFuture<ExecutionProgress> one : all) {
            ids.add(one.get(30, TimeUnit.SECONDS).record().id());
        }

        assertThat(ids).hasSize(4).containsOnly(ids.get(0));
        assertThat(host.running.all()).hasSize(1);
        assertThat(host.permits.inUse()).isOne();
        host.runAll();
        assertThat(host.backend.count("make")).isOne();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aKeyWhoseExecutionFindsNoWorkerIsFreeAgain() {
        host.refuseWork();

        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY)).isInstanceOf(RejectedExecutionException.class);

        assertThat(host.keys.find(KEY)).isEmpty();
        assertThat(host.recorded(environment))
                .singleElement()
                .satisfies(record -> assertThat(record.state()).isEqualTo(ExecutionState.LOST));
        assertThat(host.running.isEmpty()).isTrue();
        host.executor = host.work::add;
        host.admission.beginOnce(wanted, KEY);
        host.runAll();
        assertThat(host.backend.count("make")).isOne();
    }

    @Test
    void aKeyThatCanNotBeStoredLeavesNothing() {
        host.host.repository.delete(environment.id());

        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY)).isInstanceOf(RuntimeException.class);

        assertThatNothingIsHeld();
        assertThat(host.keys.find(KEY)).isEmpty();
    }

    @Test
    void whereKeysHoldAllRecordsNoMoreBegin() {
        host.admission.begin(wanted, false);
        host.runAll();
        KeptAccount account = host.kept.find(environment.id()).orElseThrow();
        account.refuseKeys(host.clock.instant().plusSeconds(60));

        assertThatThrownBy(() -> host.admission.beginOnce(wanted, KEY))
                .satisfies(refusal -> assertType(refusal, ErrorType.RATE_LIMITED));
        assertThat(host.admission.begin(wanted, false)).as("one without").isNotNull();
        host.clock.advance(Duration.ofSeconds(60));
        assertThat(host.admission.beginOnce(wanted, KEY)).isNotNull();
    }

    @Test
    void aServerThatStopsTellsWhoeverWaits() {
        ExecutionProgress progress = host.admission.begin(wanted, true);

        host.running.leaveAll();

        assertThatThrownBy(() -> progress.ended().join()).cause().hasMessageContaining("the command runs on");
        assertThat(progress.record().ended()).isEmpty();
    }
}
