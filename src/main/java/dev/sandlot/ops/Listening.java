package dev.sandlot.ops;

import dev.sandlot.execution.RunningExecutions;
import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the server stops. Liberty first stops to listen, gives requests 30 s to end, cuts the connections of those
 * that have not, and tells the application last of all; a client that waits longer would hear nothing.
 */
@Singleton
class Listening {
    private static final Logger LOG = ServerLog.of(Listening.class);
    private static final int CONNECT_MILLIS = 500;
    /** What ends by then is answered as ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningExecutions running;
    private final Clock clock;
    private final InetSocketAddress address;
    private boolean wasReached;
    private @Nullable Instant refusedSince;

    @Inject
    Listening(RunningExecutions running, Clock clock, ServerConfig config) {
        this.running = running;
        this.clock = clock;
        this.address = reached(config.host(), config.port());
    }

    /** Where this host reaches a server that listens there. */
    static InetSocketAddress reached(String host, int port) {
        InetSocketAddress named = new InetSocketAddress(host.replace("*", "0.0.0.0"), port);
        // Java takes "all addresses" for the one that the host's name stands for, if it stands for any.
        return !named.isUnresolved() && named.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : named;
    }

    /** Looks, where somebody may be waiting. Called every second. */
    void check() {
        if (wasReached && running.isEmpty()) {
            return;
        }
        if (connects()) {
            wasReached = true;
            refusedSince = null;
        } else if (wasReached && refusedSince == null) {
            refusedSince = clock.instant();
        } else if (refusedSince != null && clock.instant().isAfter(refusedSince.plus(PATIENCE))) {
            LOG.log(Level.INFO, "The server stops; clients that wait for a command are told");
            running.leaveAll();
        }
    }

    private boolean connects() {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
