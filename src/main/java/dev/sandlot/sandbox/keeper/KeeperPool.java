package dev.sandlot.sandbox.keeper;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The connections to one keeper: as many as commands run at once, kept for a while for the next ones. */
final class KeeperPool implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(KeeperPool.class);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);
    private static final Duration OPEN_MAX = Duration.ofSeconds(20);

    private final Path socket;
    private final Acknowledgements acknowledgements;
    private final Object lock = new Object();
    private final Deque<KeeperConnection> idle = new ArrayDeque<>();
    private final Set<KeeperConnection> busy = new HashSet<>();
    private boolean closed;

    /** {@code acknowledgements}: the watchdog sends what waits of them. */
    KeeperPool(Path socket, Acknowledgements acknowledgements) {
        this.socket = socket;
        this.acknowledgements = acknowledgements;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Use<T> {
        T with(KeeperConnection connection) throws SandboxException, IOException;
    }

    /** Takes a connection, and keeps it for the next use unless this one failed. */
    <T> T use(Use<T> use) throws SandboxException, IOException {
        Optional<KeeperConnection> kept = takeIdle();
        KeeperConnection connection = kept.isPresent() ? kept.get() : open();
        boolean good = false;
        try {
            T answer = use.with(connection);
            good = true;
            return answer;
        } finally {
            giveBack(connection, good);
        }
    }

    private Optional<KeeperConnection> takeIdle() {
        synchronized (lock) {
            Optional<KeeperConnection> kept = Optional.ofNullable(idle.pollFirst());
            kept.ifPresent(busy::add);
            return kept;
        }
    }

    /** A new connection, to be {@link #end}ed. */
    KeeperConnection open() throws IOException {
        KeeperConnection fresh = register();
        boolean good = false;
        try {
            connect(fresh);
            good = true;
            return fresh;
        } finally {
            if (!good) {
                end(fresh);
            }
        }
    }

    /** A new connection before it connects, so that the watchdog sees for how long that takes. To be {@link #end}ed. */
    KeeperConnection register() throws IOException {
        KeeperConnection fresh = KeeperConnection.create();
        synchronized (lock) {
            busy.add(fresh);
        }
        return fresh;
    }

    /** The second step of a registered one. */
    void connect(KeeperConnection fresh) throws IOException {
        fresh.open(socket, OPEN_MAX);
    }

    /** Closes a connection that is in use. */
    void end(KeeperConnection connection) {
        giveBack(connection, false);
    }

    /** Whether it has closed its connections, those in use too. */
    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
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

    /** Closes what has been idle for a while, or waits for too long, at that time of {@link System#nanoTime}. */
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
        if (acknowledgements.isEmpty()) {
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
            good = connection.tryOpen(socket) && connection.trySend(acknowledgements.take());
        } catch (IOException gone) {
            // A keeper that is gone holds nothing any more.
            acknowledgements.clear();
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
