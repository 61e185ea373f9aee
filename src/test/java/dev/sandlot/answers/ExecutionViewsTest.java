package dev.sandlot.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.environment.Environment;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.execution.ExecutionHost;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told of executions by their ends. */
class ExecutionViewsTest {
    private static final String COMMAND = "make";

    @TempDir
    private Path folder;

    private ExecutionHost host;
    private Environment environment;
    private ExecutionViews views;

    @BeforeEach
    void begin() throws Exception {
        host = new ExecutionHost(folder);
        environment = host.host.ready("acme/main");
        views = new ExecutionViews(host.executions, new OutputConfig(folder, ExecutionHost.SHOWN, 1 << 20));
    }

    @AfterEach
    void end() {
        host.close();
    }

    private ExecutionProgress run(FakeCommand command) {
        return host.run(environment, COMMAND, command);
    }

    private ResultView answer(FakeCommand command, boolean timeoutIsResult) {
        ExecutionProgress execution = run(command);
        return views.result(execution, execution.ended().join(), timeoutIsResult);
    }

    /** JSON-B hashes what it writes: of a large output that took a third of the time. */
    @Test
    void whatIsWrittenIsNotReadForItsHash() {
        ExecutionProgress execution = run(FakeCommand.exits(3).printing("much"));

        assertThat(new ExecutionEvents.OutputEvent("output", "much", 7)).hasSameHashCodeAs(7L);
        assertThat(new ResultView(3, "much")).hasSameHashCodeAs(3);
        assertThat(views.summary(execution.record()))
                .hasSameHashCodeAs(execution.record().id());
    }

    @Test
    void anExitIsAResultWhateverItsCode() {
        assertThat(answer(FakeCommand.exits(0).printing("hi"), false)).isEqualTo(new ResultView(0, "hi"));
        assertThat(answer(FakeCommand.exits(255), false)).isEqualTo(new ResultView(255, ""));
        assertThat(answer(FakeCommand.ends(new ExecOutcome.Signalled(11, false)), false))
                .isEqualTo(new ResultView(139, ""));
        assertThat(answer(FakeCommand.ends(new ExecOutcome.Cancelled()), false)).isEqualTo(new ResultView(137, ""));
    }

    @Test
    void aTimeoutIsAResultForWhoWantsIt() {
        FakeCommand slow = FakeCommand.ends(new ExecOutcome.TimedOut()).printing("so far");

        assertThat(answer(slow, true)).isEqualTo(new ResultView(124, "so far"));
        assertThatThrownBy(() -> answer(slow, false))
                .hasMessage("The command ran past its timeout of 30 s and was killed;"
                        + " what it printed is in the execution's record")
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.GATEWAY_TIMEOUT));
    }

    @Test
    void whatIsLostIsNoResult() {
        assertThatThrownBy(() -> answer(FakeCommand.fails(Kind.UNKNOWN), true))
                .hasMessage("The sandbox runtime failed; what became of the command is not known")
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.BAD_GATEWAY));
    }

    @Test
    void theRecordShowsTheOutputAndSaysWhereItIsCut() {
        Execution little = run(FakeCommand.exits(0).printing("little")).record();
        Execution much = run(FakeCommand.exits(0).printing("x".repeat(3 * ExecutionHost.SHOWN)))
                .record();

        assertThat(views.record(little).output()).isEqualTo("little");
        assertThat(views.record(little).truncated()).isFalse();
        assertThat(views.record(much).output()).contains("[sandlot: 2048 bytes left out]");
        assertThat(views.record(much).truncated()).isTrue();
        assertThat(views.summary(little).output()).isNull();
    }

    @Test
    void whoReadsNothingButResultsIsToldInOne() {
        ExecutionProgress lost = run(FakeCommand.fails(Kind.UNKNOWN));
        ApiException broken = new ApiException(ErrorType.BAD_GATEWAY, "It broke");

        assertThat(views.resultOfFailure(lost, broken)).isEqualTo(new ResultView(255, "[sandlot: It broke]\n"));
        assertThat(views.resultOfFailure(run(FakeCommand.exits(0).printing("half a line")), broken)
                        .output())
                .isEqualTo("half a line\n[sandlot: It broke]\n");
        assertThat(views.resultOfFailure(lost, new ApiException(ErrorType.GATEWAY_TIMEOUT, "Late"))
                        .exitCode())
                .isEqualTo(124);
    }
}
