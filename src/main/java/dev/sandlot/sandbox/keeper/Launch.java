package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A command from when it is given to its keeper until its end, and the wish that it dies, which may come at any time. A
 * keeper knows a command once it has read the request for it, so the kill goes behind that, over the same connection.
 */
final class Launch {
    /** A keeper reads whatever else it does. */
    private static final Duration TELLING_MAX = Duration.ofSeconds(20);

    private final ExecId id;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean killed;
    /** The one that it was sent over, while nobody else writes to that. */
    private @Nullable KeeperConnection connection;

    Launch(ExecId id) {
        this.id = id;
    }

    /** Whether it is not to be sent any more. */
    boolean isKilled() {
        lock.lock();
        try {
            return killed;
        } finally {
            lock.unlock();
        }
    }

    /** It was sent over that connection, all of it. */
    void sent(KeeperConnection over) throws IOException {
        lock.lock();
        try {
            connection = over;
            if (killed) {
                tell(over);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Its connection is somebody else's from now on. */
    void end() {
        lock.lock();
        try {
            connection = null;
        } finally {
            lock.unlock();
        }
    }

    /** Kills it, if need be when it has been sent. Once is enough. */
    void kill() throws IOException {
        lock.lock();
        try {
            KeeperConnection over = connection;
            if (!killed && over != null) {
                tell(over);
            }
            killed = true;
        } finally {
            lock.unlock();
        }
    }

    private void tell(KeeperConnection over) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            // It would close the connection, at which another thread waits.
            throw new InterruptedIOException("the server stops");
        }
        over.write(Requests.kill(id), TELLING_MAX);
    }
}
