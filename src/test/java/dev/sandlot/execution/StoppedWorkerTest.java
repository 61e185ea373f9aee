package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server stops, and its workers are interrupted while they wait for commands: that ends none of those. */
@Timeout(60)
class StoppedWorkerTest {
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

    private static FakeCommand interrupted(FakeCommand then) {
        return then.after(() -> Thread.currentThread().interrupt());
    }

    /** In how many ways that looks to whoever waits. */
    static List<FakeCommand> interruptions() {
        List<FakeCommand> all = new ArrayList<>();
        all.add(FakeCommand.fails(Kind.INTERRUPTED));
        for (Kind kind : Kind.values()) {
            all.add(interrupted(FakeCommand.fails(kind)));
        }
        all.add(interrupted(FakeCommand.exits(0)).printing("all of it"));
        all.add(interrupted(sink -> {
            throw new IllegalStateException("its file was closed by that");
        }));
        return all;
    }

    /** Runs what workers are given; they are told to stop meanwhile. */
    private void runAll() {
        host.runAll();
        Thread.interrupted();
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void itIsNoEndAndWhoeverWaitsIsTold(FakeCommand interruption) {
        host.backend.script(COMMAND, interruption);
        RunningExecution execution = host.beginLasting(environment, COMMAND);

        runAll();

        assertThat(host.stored(execution.record()))
                .hasValueSatisfying(stored -> assertThat(stored.state()).isEqualTo(ExecutionState.RUNNING));
        assertThat(execution.record().state()).isEqualTo(ExecutionState.RUNNING);
        assertThat(host.backend.acknowledged())
                .as("its sandbox holds its ending")
                .isEmpty();
        assertThat(host.host.repository.find(environment.id()).orElseThrow().state())
                .isEqualTo(EnvironmentState.READY);
        assertThat(host.backend.exists(environment.sandbox())).isTrue();
        assertThatThrownBy(() -> execution.ended().join()).cause().isInstanceOfSatisfying(ApiException.class, told -> {
            assertThat(told.type()).isEqualTo(ErrorType.BAD_GATEWAY);
            assertThat(told.detail())
                    .isEqualTo("The server stops; the command runs on, and its record will tell of its end");
        });
    }

    @Test
    void itsKeyIsNotFree() {
        host.backend.script(COMMAND, interrupted(FakeCommand.fails(Kind.NOT_STARTED)));
        var key = ExecutionHost.key("once", "body");
        ExecutionProgress first = host.admission.beginOnce(ExecutionHost.wanted(environment, COMMAND), key);

        runAll();

        assertThat(host.keys.find(key))
                .hasValueSatisfying(earlier ->
                        assertThat(earlier.subject()).isEqualTo(first.record().id()));
    }

    @Test
    void theNextServerComesBackToIt() throws Exception {
        host.backend.script(COMMAND, FakeCommand.fails(Kind.INTERRUPTED));
        RunningExecution left = host.beginLasting(environment, COMMAND);
        runAll();
        host.journal.close();

        ExecutionHost next = new ExecutionHost(host.host, folder);
        next.recovery.replay();
        next.backend.leave(environment.sandbox(), left.id(), FakeCommand.exits(5));
        next.recovery.recover(next.backend.list());
        next.runAll();

        Execution ended = next.stored(left.record()).orElseThrow();
        assertThat(ended.ended().orElseThrow().exitCode()).isEqualTo(5);
        assertThat(ended.startedAt()).isEqualTo(left.record().startedAt());
        next.journal.close();
    }

    @Test
    void oneThatWasTakenUpIsLeftAgain() throws Exception {
        Execution begun = host.beginLasting(environment, COMMAND).record();
        host.work.clear();
        host.journal.start(begun.started(host.clock.instant()));
        ExecutionHost next = new ExecutionHost(host.host, folder);
        next.recovery.replay();
        next.backend.leave(
                environment.sandbox(), new ExecId(begun.id()), interrupted(FakeCommand.fails(Kind.SANDBOX_DIED)));
        next.recovery.recover(next.backend.list());

        next.runAll();
        Thread.interrupted();

        assertThat(next.stored(begun).orElseThrow().state()).isEqualTo(ExecutionState.RUNNING);
        assertThat(next.backend.exists(environment.sandbox())).isTrue();
        next.journal.close();
    }
}
