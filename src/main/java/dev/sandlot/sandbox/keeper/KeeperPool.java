package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The connections to one keeper: as many as commands run at once, kept for a while for the next ones. */
public final class KeeperPool implements AutoCloseable {
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
            fresh = open();
        } catch (IOException refused) {
            return true;
        }
        try {
            fresh.ping();
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
        synchronized (lock) {
            KeeperConnection kept = idle.pollFirst();
            if (kept != null) {
                busy.add(kept);
                return kept;
            }
        }
        return open();
    }

    private KeeperConnection open() throws IOException {
        KeeperConnection opened = KeeperConnection.open(socket, acknowledged);
        synchronized (lock) {
            busy.add(opened);
        }
        return opened;
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

    private void flush() {
        try {
            if (!acknowledged.isEmpty()) {
                use(connection -> {
                    connection.flush();
                    return true;
                });
            }
        } catch (SandboxException | IOException gone) {
            // A keeper that is gone holds nothing any more.
            acknowledged.clear();
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
