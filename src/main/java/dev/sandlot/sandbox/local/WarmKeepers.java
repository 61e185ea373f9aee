package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.HostIds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A few keepers that stand ready. To start a process and to have it join control groups takes longer than all that
 * makes a sandbox one's own, and is the same for all of them, so it is done before anybody asks. Nothing of a sandbox
 * is: its namespaces, its files, its limits and its time begin when it is asked for.
 */
final class WarmKeepers implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(WarmKeepers.class);

    private static final Duration REFILLED_MAX = Duration.ofSeconds(2);

    private final KeeperStarter starter;
    private final int most;
    private final Executor executor;
    private final Deque<WarmKeeper> ready = new ArrayDeque<>();
    /** Those that stand ready, that are about to, and that are being used: who has such a control group is no sandbox. */
    private final Set<SandboxId> names = new HashSet<>();

    private boolean refilling;
    private boolean closed;

    /**
     * @param most so many stand ready while nobody asks
     * @param executor starts them, one after the other
     */
    WarmKeepers(KeeperStarter starter, int most, Executor executor) {
        this.starter = starter;
        this.most = most;
        this.executor = executor;
    }

    /** Makes a sandbox of one that stands ready, and has another one take its place; false: none could be used. */
    boolean start(SandboxSpec spec, Path socket, Optional<HostIds.Range> range) throws SandboxException {
        Optional<WarmKeeper> taken = take();
        if (taken.isEmpty()) {
            return false;
        }
        try {
            return starter.start(taken.get(), spec, socket, range);
        } finally {
            forget(taken.get().name());
        }
    }

    private Optional<WarmKeeper> take() {
        Optional<WarmKeeper> taken;
        synchronized (this) {
            taken = Optional.ofNullable(ready.poll());
        }
        refill();
        return taken;
    }

    /** Has some started where some are missing. Does not wait for them. */
    void refill() {
        synchronized (this) {
            if (refilling || closed || ready.size() >= most) {
                return;
            }
            refilling = true;
        }
        try {
            executor.execute(this::fill);
        } catch (RejectedExecutionException noThread) {
            LOG.log(Level.FINE, "There is no thread for keepers that stand ready", noThread);
            ended();
        }
    }

    private synchronized void ended() {
        refilling = false;
        notifyAll();
    }

    private void fill() {
        try {
            for (Optional<SandboxId> next = next(); next.isPresent(); next = next()) {
                add(next.get());
            }
        } catch (SandboxException refused) {
            // The next refill tries again; until then sandboxes are made without.
            LOG.log(Level.FINE, "No keeper can stand ready now", refused);
        } finally {
            ended();
        }
    }

    private synchronized Optional<SandboxId> next() {
        if (closed || ready.size() >= most) {
            return Optional.empty();
        }
        SandboxId name = new SandboxId(UUID.randomUUID());
        names.add(name);
        return Optional.of(name);
    }

    private void add(SandboxId name) throws SandboxException {
        boolean good = false;
        try {
            good = keep(starter.prepare(name));
        } finally {
            if (!good) {
                forget(name);
            }
        }
    }

    private boolean keep(WarmKeeper keeper) {
        synchronized (this) {
            if (!closed) {
                ready.add(keeper);
                return true;
            }
        }
        keeper.close();
        keeper.awaitEnd();
        return false;
    }

    /** It has become a sandbox's, or is gone. */
    private synchronized void forget(SandboxId name) {
        names.remove(name);
    }

    /** Control groups of these names are no sandboxes'. */
    synchronized Set<SandboxId> names() {
        return Set.copyOf(names);
    }

    /** How many stand ready. */
    synchronized int size() {
        return ready.size();
    }

    /** The one that is being started now ends as well, and nothing of it is left. */
    private synchronized void awaitRefilled() {
        long end = System.nanoTime() + REFILLED_MAX.toNanos();
        try {
            for (long left = end - System.nanoTime(); refilling && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends them; nothing of them is left on return. */
    @Override
    public void close() {
        List<WarmKeeper> all;
        synchronized (this) {
            closed = true;
            awaitRefilled();
            all = new ArrayList<>(ready);
            ready.clear();
        }
        all.forEach(WarmKeeper::close);
        all.forEach(WarmKeeper::awaitEnd);
        for (WarmKeeper keeper : all) {
            starter.clear(keeper.name());
            forget(keeper.name());
        }
    }
}
