package dev.sandlot.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A registry of images that never comes to its point: it begins a TLS record and goes on with it byte by byte, so that
 * no time limit for a single read ends it.
 */
final class EndlessRegistry implements BeforeAllCallback, AfterAllCallback {
    /** A handshake of 16 KiB follows, in TLS 1.2 (RFC 5246, 6.2.1). */
    private static final byte[] RECORD = {0x16, 0x03, 0x03, 0x40, 0x00};

    private static final long PAUSE_MILLIS = 1000;

    private final ServerSocket listener;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean patient = true;

    EndlessRegistry() {
        try {
            this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** As an image's reference begins with it. */
    String name() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start(this::accept);
        start(this::drip);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "endless-registry");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                say(client, RECORD);
            } catch (IOException closed) {
                // The test is over.
            }
        }
    }

    private void say(Socket client, byte[] bytes) {
        try {
            if (!patient) {
                throw new IOException("no more");
            }
            client.getOutputStream().write(bytes);
        } catch (IOException gone) {
            hangUp(client);
        }
    }

    private void drip() {
        try {
            while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                clients.forEach(client -> say(client, new byte[1]));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on it ends all that has begun or begins. */
    void giveUp() {
        patient = false;
        clients.forEach(this::hangUp);
    }

    private void hangUp(Socket client) {
        clients.remove(client);
        try {
            client.close();
        } catch (IOException closed) {
            // So it is.
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        closed.countDown();
        listener.close();
        giveUp();
    }
}
