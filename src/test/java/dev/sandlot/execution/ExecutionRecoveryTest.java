package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.records.TimeOrderedId;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend.Attached;
import dev.sandlot.sandbox.KnownOutput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server comes up where another one was killed. */
@Timeout(60)
class ExecutionRecoveryTest {
    private static final IdempotencyKey KEY = ExecutionHost.key("once", "body");

    @TempDir
    private Path folder;

    private ExecutionHost former;
    private ExecutionHost next;
    private Environment environment;

    @BeforeEach
    void begin() throws Exception {
        former = new ExecutionHost(folder);
        environment = former.host.ready("acme/main");
        next = former;
    }

    @AfterEach
    void end() {
        next.close();
    }

    /** The former server is no more: nothing of what it had under way goes on. */
    private void crash() throws Exception {
        next = new ExecutionHost(former.host, folder);
        next.recovery.replay();
    }

    private void recover() {
        next.recovery.recover(next.backend.list());
    }

    /** An execution that its record says is queued; its command has not got to its sandbox. */
    private Execution queued() {
        return former.beginLasting(environment, "make").record();
    }

    private Execution running() {
        Execution started = queued().started(former.clock.instant().plusSeconds(1));
        former.journal.start(started);
        return started;
    }

    private Execution stored(Execution execution) {
        return next.stored(execution).orElseThrow();
    }

    @Test
    void whatRunsIsFollowedToItsEnd() throws Exception {
        Execution running = running();
        ExecId id = new ExecId(running.id());
        former.backend.leave(environment.sandbox(), id, FakeCommand.exits(5).printing("all of it"));
        crash();
        next.clock.advance(Duration.ofSeconds(11));

        recover();

        RunningExecution followed = next.running.find(running.id()).orElseThrow();
        assertThat(followed.ended()).isNotDone();
        assertThat(next.permits.inUse()).as("it takes its places").isOne();
        assertThat(next.backend.acknowledged()).isEmpty();
        next.runAll();
        assertThat(next.backend.attached())
                .containsExactly(new Attached(id, new KnownOutput(0, 0), Duration.ofSeconds(20)));
        assertThat(followed.ended().join().ended().orElseThrow().exitCode()).isEqualTo(5);
        assertThat(stored(running).startedAt()).isEqualTo(running.startedAt());
        assertThat(stored(running).ended().orElseThrow().outputBytes()).isEqualTo(9);
        assertThat(next.backend.acknowledged()).containsExactly(id);
        assertThat(next.permits.inUse()).isZero();
    }

    @Test
    void oneThatIsPastItsTimeIsAskedForAtOnce() throws Exception {
        Execution running = running();
        former.backend.leave(environment.sandbox(), new ExecId(running.id()), FakeCommand.exits(0));
        crash();
        next.clock.advance(Duration.ofMinutes(10));

        recover();
        next.runAll();

        assertThat(next.backend.attached())
                .singleElement()
                .satisfies(attached -> assertThat(attached.timeout()).isZero());
    }

    @Test
    void whatTheSandboxKnowsHasStartedWhateverTheRecordSays() throws Exception {
        Execution queued = queued();
        former.backend.leave(environment.sandbox(), new ExecId(queued.id()), FakeCommand.exits(0));
        crash();

        recover();

        assertThat(stored(queued).state()).isEqualTo(ExecutionState.RUNNING);
        assertThat(stored(queued).startedAt()).isEqualTo(queued.queuedAt());
        next.runAll();
        assertThat(stored(queued).state()).isEqualTo(ExecutionState.EXITED);
    }

    @Test
    void whatTheSandboxDoesNotKnowNeverStartedAndMayBeSentAgain() throws Exception {
        Execution queued = former.admission
                .beginOnce(ExecutionHost.wanted(environment, "make"), KEY)
                .record();
        crash();

        recover();

        assertThat(stored(queued).ended().orElseThrow().reason())
                .isEqualTo("The server stopped before the command started; it is safe to send it again");
        assertThat(next.keys.find(KEY)).isEmpty();
        assertThat(next.running.isEmpty()).isTrue();
        assertThat(next.host.repository.find(environment.id()).orElseThrow().state())
                .isEqualTo(EnvironmentState.READY);
    }

    @Test
    void whatIsOfASandboxThatIsGoneMayHaveDoneAnything() throws Exception {
        Execution running = former.admission
                .beginOnce(ExecutionHost.wanted(environment, "make"), KEY)
                .record();
        former.backend.destroy(environment.sandbox());
        crash();

        recover();

        assertThat(stored(running).state()).isEqualTo(ExecutionState.LOST);
        assertThat(stored(running).ended().orElseThrow().reason())
                .isEqualTo("The server stopped, and the environment ended before the command's end was known");
        assertThat(next.keys.find(KEY)).as("it is not sent again").isPresent();
    }

    @Test
    void aSandboxThatDoesNotSayWhatItKnowsIsAskedForEach() throws Exception {
        Execution known = queued();
        Execution unknown = queued();
        former.backend.leave(environment.sandbox(), new ExecId(known.id()), FakeCommand.exits(0));
        former.backend.silence(environment.sandbox());
        crash();

        recover();
        assertThat(next.running.all()).hasSize(2);
        assertThat(stored(known).startedAt()).as("nobody says that it has").isNull();
        next.runAll();

        assertThat(stored(known).state()).isEqualTo(ExecutionState.EXITED);
        assertThat(stored(unknown).ended().orElseThrow().reason())
                .isEqualTo("The sandbox runtime failed; what became of the command is not known");
    }

    @Test
    void whatNobodyWasToldOfIsInTheAuditAndElseForgotten() throws Exception {
        Execution running = running();
        ExecId untold = new ExecId(TimeOrderedId.create(former.clock.instant()));
        ExecId script = new ExecId(UUID.randomUUID());
        former.backend.leave(environment.sandbox(), untold, FakeCommand.exits(0));
        former.backend.leave(environment.sandbox(), script, FakeCommand.exits(0));
        former.backend.leave(environment.sandbox(), new ExecId(running.id()), FakeCommand.exits(0));
        crash();

        recover();

        assertThat(next.backend.acknowledged()).containsExactlyInAnyOrder(untold, script);
        List<String> audit = former.host
                .jdbi()
                .withHandle(handle -> handle.createQuery("select entry from audit")
                        .mapTo(String.class)
                        .list());
        assertThat(audit).singleElement().asString().contains(untold.value().toString(), "\"outcome\":\"lost\"");
    }

    @Test
    void whatHadEndedHasEnded() throws Exception {
        RunningExecution execution = former.begin(environment, "make");
        former.runAll();
        assertThat(former.repository.find(environment.id(), execution.record().id()))
                .as("not in the database yet")
                .isEmpty();
        crash();

        recover();

        assertThat(stored(execution.record())).isEqualTo(execution.record());
        assertThat(next.running.isEmpty()).isTrue();
        assertThat(next.journal.find(execution.record().id())).isEmpty();
    }

    @Test
    void oneThatFindsNoWorkerStopsNoServerFromStarting() throws Exception {
        Execution running = running();
        former.backend.leave(environment.sandbox(), new ExecId(running.id()), FakeCommand.exits(0));
        crash();
        next.refuseWork();

        recover();

        assertThat(next.running.isEmpty()).isTrue();
        assertThat(next.permits.inUse()).isZero();
        assertThat(stored(running).state()).as("the next server's").isEqualTo(ExecutionState.RUNNING);
        assertThat(next.backend.acknowledged()).isEmpty();
    }
}
