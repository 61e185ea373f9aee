package dev.sandlot.sandbox;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Sandboxes that are names only. Every command ends at once with 0, unless a test holds it; it dies with its sandbox.
 * What is held is held for a minute at most.
 */
public final class FakeSandboxBackend implements SandboxBackend {
    private static final long PATIENCE_SECONDS = 60;
    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    /** Each with what completes at its end. */
    private final ConcurrentMap<SandboxId, CompletableFuture<Void>> sandboxes = new ConcurrentHashMap<>();

    private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
    private final Map<SandboxId, CompletableFuture<Void>> undying = new ConcurrentHashMap<>();
    private final List<String> begun = new ArrayList<>();
    private volatile CompletableFuture<Void> creation = NOW;

    /** Commands of that text do not end before {@code until} is complete. */
    public void hold(String command, CompletableFuture<Void> until) {
        held.put(command, until);
    }

    /** No sandbox is made before {@code until} is complete. */
    public void holdCreation(CompletableFuture<Void> until) {
        creation = until;
    }

    /** That sandbox does not end before {@code until} is complete. */
    public void holdEnd(SandboxId sandbox, CompletableFuture<Void> until) {
        undying.put(sandbox, until);
    }

    /** Returns when that many commands of that text have begun. */
    public void await(String command, int times) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (begun) {
            while (count(command) < times) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(count(command) + " of " + times + " have begun: " + command);
                }
                begun.wait(left);
            }
        }
    }

    /** How many commands of that text have begun. */
    public long count(String command) {
        synchronized (begun) {
            return begun.stream().filter(command::equals).count();
        }
    }

    /** Whether it exists. */
    public boolean exists(SandboxId sandbox) {
        return sandboxes.containsKey(sandbox);
    }

    private static void await(CompletableFuture<?> until, Kind otherwise) throws SandboxException {
        try {
            until.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException held) {
            throw new SandboxException(otherwise, "it was held for too long", held);
        }
    }

    @Override
    public void create(SandboxSpec spec) throws SandboxException {
        await(creation, Kind.NOT_STARTED);
        sandboxes.put(spec.id(), new CompletableFuture<>());
    }

    @Override
    public ExecReport execute(SandboxId sandbox, ExecSpec spec, OutputSink sink) throws SandboxException {
        CompletableFuture<Void> end = sandboxes.get(sandbox);
        if (end == null) {
            throw new SandboxException(Kind.SANDBOX_DIED, "there is no such sandbox");
        }
        synchronized (begun) {
            begun.add(spec.command());
            begun.notifyAll();
        }
        await(CompletableFuture.anyOf(held.getOrDefault(spec.command(), NOW), end), Kind.NO_ANSWER);
        if (end.isDone()) {
            throw new SandboxException(Kind.SANDBOX_DIED, "it ended under its command");
        }
        return new ExecReport(new ExecOutcome.Exited(0), Duration.ZERO, Duration.ZERO, 0, 0);
    }

    @Override
    public ExecReport attach(SandboxId sandbox, ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException {
        throw new SandboxException(Kind.UNKNOWN, "nothing is known here");
    }

    @Override
    public void acknowledge(SandboxId sandbox, ExecId id) {}

    @Override
    public void cancel(SandboxId sandbox, ExecId id) {}

    @Override
    public SandboxStream connect(SandboxId sandbox, int port, Duration idle) throws SandboxException {
        throw new SandboxException(Kind.NOT_STARTED, "nobody listens here");
    }

    @Override
    public void destroy(SandboxId sandbox) throws SandboxException {
        await(undying.getOrDefault(sandbox, NOW), Kind.NO_ANSWER);
        CompletableFuture<Void> end = sandboxes.remove(sandbox);
        if (end != null) {
            end.complete(null);
        }
    }

    @Override
    public Set<Observed> list() {
        return sandboxes.keySet().stream()
                .map(sandbox -> new Observed(sandbox, Optional.of(Set.of())))
                .collect(Collectors.toSet());
    }

    @Override
    public Guarantees guarantees() {
        return new Guarantees(Map.of(), Map.of());
    }

    @Override
    public void close() {
        sandboxes.clear();
    }
}
