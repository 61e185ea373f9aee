package dev.sandlot.sandbox.keeper;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The connections to one keeper: as many as commands run at once, kept for a while for the next ones. */
public final class KeeperPool implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(KeeperPool.class);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);

    private final Path socket;
    private final Object lock = new Object();
    private final Deque<KeeperConnection> idle = new ArrayDeque<>();
    private final Set<KeeperConnection> busy = new HashSet<>();
    private final Queue<ExecId> acknowledged = new ConcurrentLinkedQueue<>();
    private boolean closed;

    public KeeperPool(Path socket) {
        this.socket = socket;
    }

    /**
     * Whether its keeper has ended or is ending. A listening socket proves nothing: a process that is killed closes its
     * descriptors one by one, and that may be the last of them.
     */
    public boolean isDead() {
        KeeperConnection fresh;
        try {
            fresh = register();
        } catch (IOException noDescriptor) {
            return false;
        }
        try {
            fresh.open(socket);
            fresh.ping();
            return false;
        } catch (MalformedAnswerException nonsense) {
            return false;
        } catch (IOException broken) {
            return !fresh.wasOverdue();
        } finally {
            giveBack(fresh, false);
        }
    }

    /** What is done with a connection. */
    @FunctionalInterface
    public interface Request<T> {
        T send(KeeperConnection connection) throws SandboxException, IOException;
    }

    /** The ending of an execution is stored; the keeper hears of it with the next request. */
    public void acknowledge(ExecId id) {
        acknowledged.add(id);
    }

    /** Takes a connection, and keeps it for the next use unless this one failed. */
    public <T> T use(Request<T> request) throws SandboxException, IOException {
        KeeperConnection connection = take();
        boolean good = false;
        try {
            T answer = request.send(connection);
            good = true;
            return answer;
        } finally {
            giveBack(connection, good);
        }
    }

    /** A connection of its own to a port of the sandbox. */
    public SandboxStream connect(int port, Duration idle) throws SandboxException, IOException {
        KeeperConnection connection = open();
        boolean good = false;
        try {
            connection.connect(port);
            good = true;
            return new KeeperStream(connection, idle, () -> giveBack(connection, false));
        } finally {
            if (!good) {
                giveBack(connection, false);
            }
        }
    }

    private KeeperConnection take() throws IOException {
        Optional<KeeperConnection> kept = takeIdle();
        return kept.isPresent() ? kept.get() : open();
    }

    private Optional<KeeperConnection> takeIdle() {
        synchronized (lock) {
            Optional<KeeperConnection> kept = Optional.ofNullable(idle.pollFirst());
            kept.ifPresent(busy::add);
            return kept;
        }
    }

    private KeeperConnection open() throws IOException {
        KeeperConnection fresh = register();
        boolean good = false;
        try {
            fresh.open(socket);
            good = true;
            return fresh;
        } finally {
            if (!good) {
                giveBack(fresh, false);
            }
        }
    }

    /** Before it connects, so that the watchdog sees for how long that takes. */
    private KeeperConnection register() throws IOException {
        KeeperConnection fresh = KeeperConnection.create(acknowledged);
        synchronized (lock) {
            busy.add(fresh);
        }
        return fresh;
    }

    private void giveBack(KeeperConnection connection, boolean good) {
        synchronized (lock) {
            busy.remove(connection);
            if (good && !closed) {
                connection.nowIdle();
                idle.addFirst(connection);
                return;
            }
        }
        connection.close();
    }

    /** Closes what has been idle for a while, and what waits for longer than it may. Called every second or so. */
    public void sweep() {
        sweep(System.nanoTime());
    }

    void sweep(long now) {
        Deque<KeeperConnection> old = new ArrayDeque<>();
        synchronized (lock) {
            while (!idle.isEmpty() && idle.getLast().idleFor(KEPT_IDLE, now)) {
                old.add(idle.removeLast());
            }
            busy.stream().filter(connection -> connection.overdue(now)).forEach(KeeperConnection::closeAsOverdue);
        }
        flush();
        old.forEach(KeeperConnection::close);
    }

    /** On the watchdog's thread, on which nothing may wait for a keeper. */
    private void flush() {
        if (acknowledged.isEmpty()) {
            return;
        }
        try {
            Optional<KeeperConnection> kept = takeIdle();
            flush(kept.isPresent() ? kept.get() : register());
        } catch (IOException noDescriptor) {
            LOG.log(Level.FINE, "acknowledgements wait", noDescriptor);
        }
    }

    private void flush(KeeperConnection connection) {
        boolean good = false;
        try {
            good = connection.tryFlush(socket);
        } catch (IOException gone) {
            // A keeper that is gone holds nothing any more.
            acknowledged.clear();
        } finally {
            giveBack(connection, good);
        }
    }

    @Override
    public void close() {
        Deque<KeeperConnection> all = new ArrayDeque<>();
        synchronized (lock) {
            closed = true;
            all.addAll(idle);
            all.addAll(busy);
            idle.clear();
        }
        all.forEach(KeeperConnection::close);
    }
}
