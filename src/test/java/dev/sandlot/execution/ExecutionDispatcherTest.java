package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.log.Request;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.Trace;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Every execution comes to one stored end, whatever its sandbox, its worker and the journal do. */
@Timeout(60)
class ExecutionDispatcherTest {
    private static final String COMMAND = "make";

    @TempDir
    private Path folder;

    private ExecutionHost host;
    private Environment environment;

    @BeforeEach
    void begin() throws Exception {
        host = new ExecutionHost(folder);
        environment = host.host.ready("acme/main");
    }

    @AfterEach
    void end() {
        host.close();
    }

    private RunningExecution run(FakeCommand command) {
        return (RunningExecution) host.run(environment, COMMAND, command);
    }

    private static End endOf(RunningExecution execution) {
        return execution.ended().join().ended().orElseThrow();
    }

    private EnvironmentState state() {
        return host.host.repository.find(environment.id()).orElseThrow().state();
    }

    private long recordsKept() {
        return host.kept.find(environment.id()).orElseThrow().held().executions();
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(
                Arguments.of(new ExecOutcome.Exited(3), ExecutionState.EXITED, 3, null, false),
                Arguments.of(new ExecOutcome.Signalled(15, false), ExecutionState.EXITED, 143, 15, false),
                Arguments.of(new ExecOutcome.Signalled(9, true), ExecutionState.EXITED, 137, 9, true),
                Arguments.of(new ExecOutcome.TimedOut(), ExecutionState.TIMED_OUT, 137, 9, false),
                Arguments.of(new ExecOutcome.Cancelled(), ExecutionState.CANCELLED, 137, 9, false));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void anOutcomeIsRecordedAsItWas(
            ExecOutcome outcome, ExecutionState state, int exitCode, @Nullable Integer signal, boolean outOfMemory) {
        RunningExecution execution = run(FakeCommand.ends(outcome).printing("hello"));

        End end = endOf(execution);

        assertThat(end.state()).isEqualTo(state);
        assertThat(end.exitCode()).isEqualTo(exitCode);
        assertThat(end.signal()).isEqualTo(signal);
        assertThat(end.outOfMemory()).isEqualTo(outOfMemory);
        assertThat(end.outputBytes()).isEqualTo(5);
        assertThat(end.truncated()).isFalse();
        assertThat(end.usage()).isEqualTo(new Execution.Usage(40, 30, 4096));
        assertThat(host.stored(execution.record())).contains(execution.record());
        assertThat(host.backend.acknowledged()).containsExactly(execution.id());
        assertThat(state()).isEqualTo(EnvironmentState.READY);
    }

    @Test
    void itsTraceIsToldOfItsStepsOnceItsEndIsStored() {
        List<String> told = new ArrayList<>();
        host.journal.afterEnd = () -> told.add("stored");
        Request request = Request.of("one", null);
        Request.within(request, () -> {
            Request.isPartOf((name, steps, about) -> told.add(name + " of "
                    + steps.stream().map(Trace.Step::name).toList() + " " + about.get("sandlot.state") + " "
                    + about.get("sandlot.run_ms")));
            run(FakeCommand.ends(new ExecOutcome.Exited(3)));
        });

        assertThat(told).containsExactly("stored", "execution of [queue, sandbox, store] exited 40");
    }

    @Test
    void workIsToldOfWhereSomebodyCollectsIt() throws Exception {
        List<String> told = new ArrayList<>();
        assertThat(Request.traced("alone", () -> 1)).isEqualTo(1);
        Request.within(Request.of("one", null), () -> {
            assertThat(Request.traced("nobody's", () -> 2)).isEqualTo(2);
            Request.isPartOf((name, steps, about) -> told.add(name));
            assertThat(Request.traced("mine", () -> 3)).isEqualTo(3);
            assertThatThrownBy(() -> Request.traced("failing", () -> {
                        throw new IllegalStateException("broken");
                    }))
                    .hasMessage("broken");
        });

        assertThat(told).containsExactly("mine", "failing");
    }

    @Test
    void nobodyHearsOfAnEndBeforeItIsDurable() {
        RunningExecution execution = host.begin(environment, COMMAND);
        List<String> steps = new ArrayList<>();
        host.journal.afterEnd = () -> {
            steps.add("stored");
            assertThat(host.backend.acknowledged()).isEmpty();
            assertThat(execution.ended()).isNotDone();
            assertThat(host.permits.inUse()).isOne();
        };
        host.backend.atAcknowledge(id -> {
            steps.add("acknowledged");
            assertThat(host.journal.find(id.value()))
                    .hasValueSatisfying(
                            known -> assertThat(known.execution().ended()).isPresent());
            assertThat(host.running.find(id.value())).as("still found here").isPresent();
            assertThat(execution.ended()).isNotDone();
        });

        host.runAll();

        assertThat(steps).containsExactly("stored", "acknowledged");
        assertThat(execution.ended()).isCompleted();
        assertThat(execution.record().ended()).isPresent();
        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.permits.inUse()).isZero();
    }

    @Test
    void itIsKnownToRunBeforeItsCommandDoes() {
        List<Execution> seen = new ArrayList<>();
        host.clock.advance(Duration.ofSeconds(3));
        host.backend.script(COMMAND, FakeCommand.exits(0).after(() -> seen.addAll(host.recorded(environment))));
        RunningExecution execution = host.begin(environment, COMMAND);
        assertThat(execution.record().state()).isEqualTo(ExecutionState.QUEUED);
        host.clock.advance(Duration.ofSeconds(1));

        host.runAll();

        assertThat(seen).singleElement().satisfies(record -> {
            assertThat(record.state()).isEqualTo(ExecutionState.RUNNING);
            assertThat(record.startedAt()).isEqualTo(record.queuedAt().plusSeconds(1));
        });
    }

    @Test
    void itsOutputIsStoredWithItAndSaidToBeCutWhereItIs() {
        RunningExecution little = run(FakeCommand.exits(0).printing("x".repeat(ExecutionHost.SHOWN)));
        RunningExecution much = run(FakeCommand.exits(0).printing("x".repeat(ExecutionHost.SHOWN + 1)));

        assertThat(endOf(little).truncated()).isFalse();
        assertThat(endOf(much).truncated()).isTrue();
        host.journal.flush();
        assertThat(host.repository.inline(little.record().id())).containsKey(OutputStreamKind.OUTPUT);
        assertThat(recordsKept()).as("counted once each").isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = Mode.EXCLUDE, names = "INTERRUPTED")
    void whereItsSandboxBreaksItIsLostAndTheRecordSaysWhatThatMeans(Kind kind) {
        RunningExecution execution = run(FakeCommand.fails(kind).printing("hello"));

        End end = endOf(execution);

        assertThat(end.state()).isEqualTo(ExecutionState.LOST);
        assertThat(end.exitCode()).isNull();
        assertThat(end.outputBytes()).isEqualTo(5);
        assertThat(end.reason()).isEqualTo(reasonOf(kind));
        assertThat(host.stored(execution.record())).contains(execution.record());
        assertThat(host.permits.inUse()).isZero();
        boolean isBroken = kind == Kind.SANDBOX_DIED || kind == Kind.NO_ANSWER;
        assertThat(state()).isEqualTo(isBroken ? EnvironmentState.FAILED : EnvironmentState.READY);
        assertThat(host.backend.exists(environment.sandbox())).isEqualTo(!isBroken);
        assertThat(host.host
                        .repository
                        .find(environment.id())
                        .orElseThrow()
                        .status()
                        .error())
                .isEqualTo(isBroken ? reasonOf(kind) : null);
    }

    private static String reasonOf(Kind kind) {
        return switch (kind) {
            // The user is the task's own: nobody has asked for another one.
            case NOT_STARTED, NO_SUCH_USER -> "The command did not start; it is safe to send it again";
            case NO_SUCH_SHELL -> "There is no such shell in this environment; nothing ran";
            case UNKNOWN -> "The sandbox runtime failed; what became of the command is not known";
            case SANDBOX_DIED -> "The environment died under the command";
            case NO_ANSWER -> "The sandbox did not answer in time; the environment was ended";
            case INTERRUPTED -> throw new AssertionError("that is no end");
        };
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = Mode.EXCLUDE, names = "INTERRUPTED")
    void onlyTheKeyOfOneThatDidNotStartIsFreeAgain(Kind kind) {
        host.backend.script(COMMAND, FakeCommand.fails(kind));
        var key = ExecutionHost.key("once", "body");
        ExecutionProgress first = host.admission.beginOnce(ExecutionHost.wanted(environment, COMMAND), key);
        host.runAll();

        assertThat(first.ended().join().state()).isEqualTo(ExecutionState.LOST);
        assertThat(host.keys.find(key).isEmpty()).isEqualTo(new SandboxException(kind, "").neverRan());
    }

    @Test
    void aSandboxThatNeverAnswersEndsWithItsEnvironment() {
        RunningExecution execution = run(FakeCommand.exits(0).after(() -> {
            throw new TimeoutException("the backstop");
        }));

        assertThat(endOf(execution).reason()).isEqualTo(reasonOf(Kind.NO_ANSWER));
        assertThat(state()).isEqualTo(EnvironmentState.FAILED);
    }

    @Test
    void whatGoesWrongHereIsNoFaultOfTheEnvironment() {
        RunningExecution thrown = run(FakeCommand.exits(0).after(() -> {
            throw new IllegalStateException("a bug");
        }));
        RunningExecution worse = run(FakeCommand.exits(0).after(() -> {
            throw new StackOverflowError();
        }));

        assertThat(List.of(endOf(thrown), endOf(worse)))
                .allSatisfy(end -> assertThat(end.reason()).isEqualTo(reasonOf(Kind.UNKNOWN)));
        assertThat(state()).isEqualTo(EnvironmentState.READY);
        assertThat(host.permits.inUse()).isZero();
    }

    @Test
    void anEndCountsWhereWhatFollowsFromItCanNotBeDone() {
        host.host.jdbi().useHandle(handle -> handle.execute("drop table idempotency_keys"));

        RunningExecution execution = run(FakeCommand.fails(Kind.NOT_STARTED));

        assertThat(endOf(execution).reason()).isEqualTo(Execution.NEVER_BEGAN);
        assertThat(host.stored(execution.record())).contains(execution.record());
    }

    @Test
    void anEndThatCanNotBeStoredIsKeptAndTriedAgain() {
        host.journal.refusesEnds = new IllegalStateException("no room");
        RunningExecution execution = run(FakeCommand.exits(7));

        assertThatThrownBy(() -> execution.ended().join()).hasRootCauseMessage("no room");
        assertThat(host.permits.inUse()).as("its places are free").isZero();
        host.ending.storeKept();
        assertThat(host.running.find(execution.record().id())).isPresent();
        assertThat(host.backend.acknowledged()).as("its sandbox holds it").isEmpty();

        host.journal.refusesEnds = null;
        host.ending.storeKept();

        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.backend.acknowledged()).containsExactly(execution.id());
        assertThat(execution.record().ended().orElseThrow().exitCode()).isEqualTo(7);
        assertThat(host.stored(execution.record())).contains(execution.record());
        assertThat(recordsKept()).isOne();
    }

    @Test
    void withoutAWorkerNothingHasBegun() {
        host.refuseWork();
        List<RunningExecution> begun = new ArrayList<>();
        host.journal.afterBegin = () -> begun.addAll(host.running.all());

        assertThatThrownBy(() -> host.begin(environment, COMMAND)).isInstanceOf(RejectedExecutionException.class);

        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.permits.inUse()).isZero();
        assertThat(host.recorded(environment)).isEmpty();
        assertThat(begun)
                .singleElement()
                .satisfies(told -> assertThat(told.ended()).isCompletedExceptionally());
    }

    @Test
    void itsWorkerWorksForTheRequestThatBeganItAndForNobodyAfter() {
        List<@Nullable String> ids = new ArrayList<>();
        host.backend.script(COMMAND, FakeCommand.exits(0).after(() -> ids.add(RequestId.current())));
        Request.within(Request.of("the-request", null), () -> host.begin(environment, COMMAND));

        host.runAll();

        assertThat(ids).containsExactly("the-request");
        assertThat(RequestId.current()).isNull();
    }

    @Test
    void oneThatIsCancelledEndsSo() throws Exception {
        host.backend.hold(COMMAND, new CompletableFuture<>());
        host.executor = task -> new Thread(task).start();
        RunningExecution execution = host.begin(environment, COMMAND);
        host.backend.await(COMMAND, 1);

        Execution ended =
                host.executions.cancel(execution.record()).toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(ended.state()).isEqualTo(ExecutionState.CANCELLED);
        assertThat(host.stored(ended)).contains(ended);
        assertThat(host.executions.cancel(ended)).isCompletedWithValue(ended);
    }

    private void isCancelledUnbegun(CompletionStage<Execution> cancelled) {
        assertThat(cancelled.toCompletableFuture().join().state()).isEqualTo(ExecutionState.CANCELLED);
        assertThat(host.backend.count(COMMAND)).as("it has not begun").isZero();
        assertThat(host.running.isEmpty()).isTrue();
        assertThat(host.permits.inUse()).isZero();
    }

    @Test
    void oneThatIsCancelledBeforeItsWorkerComesDoesNotBegin() {
        RunningExecution execution = host.begin(environment, COMMAND);
        Runnable worker = host.work.remove();
        CompletionStage<Execution> cancelled = host.executions.cancel(execution.record());
        host.runAll();

        worker.run();

        isCancelledUnbegun(cancelled);
    }

    @Test
    void oneThatIsCancelledBeforeItIsGivenToItsSandboxDoesNotBegin() {
        RunningExecution execution = host.begin(environment, COMMAND);
        Runnable worker = host.work.remove();
        List<CompletionStage<Execution>> cancelled = new ArrayList<>();
        host.journal.afterStart = () -> {
            cancelled.add(host.executions.cancel(execution.record()));
            host.runAll();
        };

        worker.run();

        isCancelledUnbegun(cancelled.get(0));
    }

    @Test
    void whoFollowsOneFindsItWhileItRunsAndAfter() throws Exception {
        RunningExecution execution = run(FakeCommand.exits(0).printing("grüße"));
        UUID id = execution.record().id();
        Environment other = host.host.ready("acme/main");

        assertThat(host.executions.progress(environment, id).ended()).isCompletedWithValue(execution.record());
        assertThat(text(execution.record())).isEqualTo("grüße");
        host.journal.flush();
        assertThat(host.executions.progress(environment, id).ended()).isCompletedWithValue(execution.record());
        assertThat(text(execution.record())).isEqualTo("grüße");
        assertThatThrownBy(() -> host.executions.progress(other, id)).hasMessage("There is no such execution");
        RunningExecution waiting = host.begin(environment, COMMAND);
        assertThat(host.executions.progress(environment, waiting.record().id())).isSameAs(waiting);
        assertThatThrownBy(
                        () -> host.executions.progress(other, waiting.record().id()))
                .as("nor one that runs")
                .hasMessage("There is no such execution");
    }

    private String text(Execution execution) throws Exception {
        var output = host.executions.output(execution, OutputStreamKind.OUTPUT);
        return new String(output.bytes(0, output.extent().total()), StandardCharsets.UTF_8);
    }
}
