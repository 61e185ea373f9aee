package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.audit.Origin;
import dev.sandlot.budget.Share;
import dev.sandlot.output.OutputFixture;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.worker.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionKillerTest {
    @TempDir
    private Path folder;

    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final ExecutionKiller killer = new ExecutionKiller(new FakeSandboxBackend(), new Workers(begun::add));
    private RunningExecution execution;

    @BeforeEach
    void begin() {
        UUID id = UUID.randomUUID();
        UUID environment = UUID.randomUUID();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Execution record =
                new Execution(id, environment, "sleep 60", "tester", false, 30, now, null, null, Origin.UNKNOWN);
        ExecSpec spec = ExecSpec.of(new ExecId(id), "sleep 60", Duration.ofSeconds(30));
        execution = new RunningExecution(
                record, new SandboxId(environment), spec, OutputFixture.empty(folder), Share.NOTHING, null);
    }

    @Test
    void howeverOftenItIsAskedForOneWorkerSeesToIt() {
        for (int i = 0; i < 1000; i++) {
            killer.kill(execution);
        }

        assertThat(begun).hasSize(1);
    }

    @Test
    void whenTheFirstTryIsOverItMayBeAskedForAgain() {
        CompletionStage<Execution> first = killer.kill(execution);
        execution.complete(execution.record().lost("gone", Instant.EPOCH, 0, false));
        begun.remove().run();

        killer.kill(execution);

        assertThat(first.toCompletableFuture()).isCompleted();
        assertThat(begun).hasSize(1);
    }

    @Test
    void whereNoThreadIsFreeItMayBeAskedForAgain() {
        ExecutionKiller full = new ExecutionKiller(new FakeSandboxBackend(), new Workers(work -> {
            throw new RejectedExecutionException("no thread");
        }));
        assertThatThrownBy(() -> full.kill(execution)).isInstanceOf(RejectedExecutionException.class);

        killer.kill(execution);

        assertThat(begun).hasSize(1);
    }
}
