package dev.sandlot.sandbox;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sandboxes that are names only. Every command ends at once with 0, unless a test holds it or says how it ends; it dies
 * with its sandbox. What is held is held for a minute at most.
 */
public final class FakeSandboxBackend implements SandboxBackend {
    /** What is awaited where it is a sandbox that begins to be made. */
    public static final String CREATION = "(creation)";

    private volatile Supplier<OptionalInt> input = OptionalInt::empty;
    private static final long PATIENCE_SECONDS = 60;
    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    /** Each with what completes at its end. */
    private final ConcurrentMap<SandboxId, CompletableFuture<Void>> sandboxes = new ConcurrentHashMap<>();

    private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
    private final Map<SandboxId, CompletableFuture<Void>> undying = new ConcurrentHashMap<>();
    private final Map<SandboxId, CompletableFuture<Void>> uncleared = new ConcurrentHashMap<>();
    private final Set<SandboxId> cleared = ConcurrentHashMap.newKeySet();
    private final Map<String, Deque<FakeCommand>> scripts = new ConcurrentHashMap<>();
    private final Map<ExecId, FakeCommand> left = new ConcurrentHashMap<>();
    private final ConcurrentMap<ExecId, CompletableFuture<Void>> cancelled = new ConcurrentHashMap<>();
    private final ConcurrentMap<SandboxId, Set<ExecId>> known = new ConcurrentHashMap<>();
    private final Set<SandboxId> silent = ConcurrentHashMap.newKeySet();
    private final Map<Integer, FakeListener> listeners = new ConcurrentHashMap<>();
    private final List<ExecSpec> executed = new CopyOnWriteArrayList<>();
    private final List<Attached> attached = new CopyOnWriteArrayList<>();
    private final List<ExecId> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> begun = new ArrayList<>();
    private volatile CompletableFuture<Void> creation = NOW;
    private volatile Runnable afterList = () -> {};
    private volatile Consumer<ExecId> atAcknowledge = id -> {};

    /** How somebody came back to a command. */
    public record Attached(ExecId id, KnownOutput known, Duration timeout) {}

    /** Commands of that text do not end before {@code until} is complete. */
    public void hold(String command, CompletableFuture<Void> until) {
        held.put(command, until);
    }

    /** No sandbox is made before {@code until} is complete; where that fails, none is. */
    public void holdCreation(CompletableFuture<Void> until) {
        creation = until;
    }

    /** That sandbox does not end before {@code until} is complete; where that fails, it does not. */
    public void holdEnd(SandboxId sandbox, CompletableFuture<Void> until) {
        undying.put(sandbox, until);
    }

    /** What a sandbox has of the host besides what runs in it is there until {@code until} is complete. */
    public void holdClearing(SandboxId sandbox, CompletableFuture<Void> until) {
        uncleared.put(sandbox, until);
    }

    /** Commands of that text do this, one after the other; all further ones do the last. */
    public void script(String command, FakeCommand... inTurn) {
        scripts.put(command, new ArrayDeque<>(List.of(inTurn)));
    }

    /** A sandbox that an earlier server made. */
    public void leave(SandboxId sandbox) {
        sandboxes.put(sandbox, new CompletableFuture<>());
    }

    /** A command that an earlier server began in a sandbox: whoever comes back to it finds that. */
    public void leave(SandboxId sandbox, ExecId id, FakeCommand command) {
        sandboxes.putIfAbsent(sandbox, new CompletableFuture<>());
        known(sandbox).add(id);
        left.put(id, command);
    }

    /** That sandbox does not say what it knows. */
    public void silence(SandboxId sandbox) {
        silent.add(sandbox);
    }

    /** Whoever listens on that port, of every sandbox. */
    public void listen(int port, FakeListener listener) {
        listeners.put(port, listener);
    }

    /** Called with each command whose ending may be forgotten, before it is. */
    public void atAcknowledge(Consumer<ExecId> work) {
        atAcknowledge = work;
    }

    /** Done each time that somebody has asked which sandboxes there are. */
    public void afterList(Runnable work) {
        afterList = work;
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

    /** All that was to be run, in order. */
    public List<ExecSpec> executed() {
        return List.copyOf(executed);
    }

    /** Who came back to commands, in order. */
    public List<Attached> attached() {
        return List.copyOf(attached);
    }

    /** Whose endings may be forgotten, in order. */
    public List<ExecId> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Whether it exists. */
    public boolean exists(SandboxId sandbox) {
        return sandboxes.containsKey(sandbox);
    }

    private Set<ExecId> known(SandboxId sandbox) {
        return known.computeIfAbsent(sandbox, id -> ConcurrentHashMap.newKeySet());
    }

    private static void await(CompletableFuture<?> until, Kind otherwise) throws SandboxException {
        try {
            until.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw SandboxException.interrupted(stopping);
        } catch (ExecutionException | TimeoutException held) {
            throw new SandboxException(otherwise, "it was held for too long", held);
        }
    }

    private void begin(String what) {
        synchronized (begun) {
            begun.add(what);
            begun.notifyAll();
        }
    }

    @Override
    public void create(SandboxSpec spec) throws SandboxException {
        begin(CREATION);
        await(creation, Kind.NOT_STARTED);
        sandboxes.put(spec.id(), new CompletableFuture<>());
    }

    @Override
    public ExecReport execute(SandboxId sandbox, ExecSpec spec, OutputSink sink) throws SandboxException {
        CompletableFuture<Void> end = endOf(sandbox);
        CompletableFuture<Void> kill = cancelled.computeIfAbsent(spec.id(), id -> new CompletableFuture<>());
        if (spec.isCancelled()) {
            return ExecReport.NEVER_BEGAN;
        }
        known(sandbox).add(spec.id());
        executed.add(spec);
        begin(spec.command());
        await(CompletableFuture.anyOf(held.getOrDefault(spec.command(), NOW), end, kill), Kind.NO_ANSWER);
        if (end.isDone()) {
            throw new SandboxException(Kind.SANDBOX_DIED, "it ended under its command");
        }
        return kill.isDone()
                ? FakeCommand.ends(new ExecOutcome.Cancelled()).run(sink)
                : next(spec).run(sink);
    }

    private CompletableFuture<Void> endOf(SandboxId sandbox) throws SandboxException {
        CompletableFuture<Void> end = sandboxes.get(sandbox);
        if (end == null) {
            throw new SandboxException(Kind.SANDBOX_DIED, "there is no such sandbox");
        }
        return end;
    }

    private FakeCommand next(ExecSpec spec) {
        Deque<FakeCommand> inTurn = scripts.getOrDefault(spec.command(), new ArrayDeque<>());
        synchronized (inTurn) {
            FakeCommand next = inTurn.size() > 1 ? inTurn.poll() : inTurn.peek();
            return next == null ? FakeCommand.exits(0) : next;
        }
    }

    @Override
    public ExecReport attach(SandboxId sandbox, ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException {
        attached.add(new Attached(id, known, timeout));
        FakeCommand command = left.get(id);
        if (command == null) {
            throw new SandboxException(Kind.UNKNOWN, "nothing is known here");
        }
        if (endOf(sandbox).isDone()) {
            throw new SandboxException(Kind.SANDBOX_DIED, "it ended");
        }
        return command.run(sink);
    }

    @Override
    public void acknowledge(SandboxId sandbox, ExecId id) {
        atAcknowledge.accept(id);
        acknowledged.add(id);
        known(sandbox).remove(id);
    }

    @Override
    public void cancel(SandboxId sandbox, ExecId id) {
        CompletableFuture<Void> kill = cancelled.get(id);
        if (kill != null) {
            kill.complete(null);
        }
    }

    @Override
    public OptionalInt write(SandboxId sandbox, ExecId id, ByteBuffer bytes, boolean end) {
        return input.get();
    }

    /** How many bytes its commands take each time that something is written to them; nothing else takes any. */
    public void takeInput(Supplier<OptionalInt> taken) {
        input = taken;
    }

    @Override
    public boolean signal(SandboxId sandbox, ExecId id, int number) {
        return false;
    }

    @Override
    public void extend(SandboxId sandbox, Duration lifetime) {}

    @Override
    public SandboxStream connect(SandboxId sandbox, int port, Duration idle) throws SandboxException {
        FakeListener listener = listeners.get(port);
        if (listener == null) {
            throw new SandboxException(Kind.NOT_STARTED, "nobody listens here");
        }
        return listener.accept();
    }

    /** Whether it has been destroyed, to the end. */
    public boolean isCleared(SandboxId sandbox) {
        return cleared.contains(sandbox);
    }

    @Override
    public FileCourier courier(SandboxId sandbox, Optional<String> user, Duration idle) throws SandboxException {
        throw new SandboxException(Kind.NOT_STARTED, "nobody carries files here");
    }

    @Override
    public void destroy(SandboxId sandbox) throws SandboxException {
        end(sandbox);
        await(uncleared.getOrDefault(sandbox, NOW), Kind.NO_ANSWER);
        cleared.add(sandbox);
    }

    @Override
    public void end(SandboxId sandbox) throws SandboxException {
        await(undying.getOrDefault(sandbox, NOW), Kind.NO_ANSWER);
        CompletableFuture<Void> end = sandboxes.remove(sandbox);
        if (end != null) {
            end.complete(null);
        }
    }

    @Override
    public Set<Observed> list() {
        Set<Observed> all = sandboxes.keySet().stream().map(this::observed).collect(Collectors.toSet());
        afterList.run();
        return all;
    }

    private Observed observed(SandboxId sandbox) {
        return new Observed(
                sandbox, silent.contains(sandbox) ? Optional.empty() : Optional.of(Set.copyOf(known(sandbox))));
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
