package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server stops: its threads are interrupted and its backend is closed, and no sandbox ends by that. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StoppingBackendIT {
    private static final SandboxLimits LIMITS = new SandboxLimits(256L << 20, 1000, 64, 64L << 20, 256);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final SandboxId sandbox = new SandboxId(UUID.randomUUID());
    private LocalConfig config;
    private LocalBackend backend;

    @BeforeEach
    void start() throws Exception {
        config = new LocalConfig(data, 1L << 28, 64, false, Optional.empty(), Optional.empty(), 1);
        backend = LocalBackend.start(config, Runnable::run);
        backend.create(new SandboxSpec(sandbox, List.of(), "/workspace", LIMITS, Duration.ofMinutes(5)));
    }

    @AfterEach
    void end() throws Exception {
        backend.destroy(sandbox);
        backend.close();
    }

    /** A command that runs until another one lets it end. */
    private record Waiting(ExecId id, Thread thread, CompletableFuture<ExecReport> end) {}

    private Waiting begin() throws InterruptedException {
        ExecSpec spec = ExecSpec.of(
                new ExecId(UUID.randomUUID()), "echo; until [ -e /tmp/go ]; do sleep 0.05; done; exit 7", PATIENCE);
        CountDownLatch begun = new CountDownLatch(1);
        OutputSink sink = (stream, offset, bytes) -> begun.countDown();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        LocalBackend asked = backend;
        CompletableFuture<ExecReport> end = Apart.call(() -> {
            thread.complete(Thread.currentThread());
            return asked.execute(sandbox, spec, sink);
        });
        assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
        return new Waiting(spec.id(), thread.join(), end);
    }

    private static void isInterrupted(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        SandboxException.class, told -> assertThat(told.kind()).isEqualTo(Kind.INTERRUPTED));
    }

    private static void isInterrupted(Waiting waiting) {
        isInterrupted(() -> {
            try {
                waiting.end().join();
            } catch (CompletionException ended) {
                throw ended.getCause();
            }
        });
    }

    private static <T> T whileInterrupted(Callable<T> work) throws Exception {
        Thread.currentThread().interrupt();
        try {
            return work.call();
        } finally {
            Thread.interrupted();
        }
    }

    /** The sandbox is as it was, and the command in it runs until it is let end. */
    private void runsOn(Waiting waiting) throws Exception {
        assertThat(backend.list()).containsExactly(new Observed(sandbox, Optional.of(Set.of(waiting.id()))));
        ExecSpec go = ExecSpec.of(new ExecId(UUID.randomUUID()), "touch /tmp/go", PATIENCE);
        backend.execute(sandbox, go, (stream, offset, bytes) -> {});
        ExecReport end =
                backend.attach(sandbox, waiting.id(), new KnownOutput(1, 0), PATIENCE, (stream, offset, bytes) -> {});
        assertThat(end.outcome()).isEqualTo(new ExecOutcome.Exited(7));
    }

    @Test
    void aThreadThatIsInterruptedLeavesAllAsItIs() throws Exception {
        Waiting waiting = begin();

        waiting.thread().interrupt();

        isInterrupted(waiting);
        Set<Observed> seen = whileInterrupted(backend::list);
        assertThat(seen).extracting(Observed::id).as("nobody is found dead").containsExactly(sandbox);
        isInterrupted(() -> whileInterrupted(() -> {
            backend.destroy(sandbox);
            return sandbox;
        }));
        runsOn(waiting);
    }

    @Test
    void aBackendThatIsClosedLeavesAllAsItIs() throws Exception {
        Waiting waiting = begin();

        backend.close();

        isInterrupted(waiting);
        assertThat(backend.list()).containsExactly(new Observed(sandbox, Optional.empty()));
        isInterrupted(() -> backend.destroy(sandbox));
        isInterrupted(() -> backend.cancel(sandbox, waiting.id()));
        isInterrupted(() -> backend.create(
                new SandboxSpec(new SandboxId(UUID.randomUUID()), List.of(), "/workspace", LIMITS, PATIENCE)));
        backend = LocalBackend.start(config, Runnable::run);
        runsOn(waiting);
    }
}
