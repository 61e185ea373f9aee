package dev.sandlot.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What stands between a client and a server, and can be cut through. */
final class BreakingWire implements AutoCloseable {
    private final ServerSocket door;
    private final URI server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger();

    BreakingWire(URI server) throws IOException {
        this.server = server;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::take);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    /** How many connections there have been. */
    int taken() {
        return taken.get();
    }

    private void take() {
        try {
            while (true) {
                Socket client = door.accept();
                Socket there = new Socket(server.getHost(), server.getPort());
                taken.incrementAndGet();
                open.add(client);
                open.add(there);
                start(() -> pass(client, there));
                start(() -> pass(there, client));
            }
        } catch (IOException closed) {
            // Nobody comes any more.
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            // It was to be.
        }
    }

    /** All connections break. */
    void cut() {
        for (Socket socket : open) {
            hangUp(socket);
        }
        open.clear();
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
