package dev.sandlot.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** Hangs up on whoever speaks TLS, as servers do that speak HTTP alone; Java's own waits for more. */
final class PlainFront {
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress server;

    PlainFront(InetSocketAddress server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // So are both ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        try {
            while (true) {
                Socket client = listener.accept();
                start(() -> serve(client));
            }
        } catch (SocketException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) throws IOException {
        try (client;
                Socket behind = new Socket(server.getAddress(), server.getPort())) {
            int first = client.getInputStream().read();
            if (first == TLS_HANDSHAKE || first < 0) {
                return;
            }
            behind.getOutputStream().write(first);
            start(() -> copy(client.getInputStream(), behind.getOutputStream()));
            copy(behind.getInputStream(), client.getOutputStream());
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    void close() throws IOException {
        listener.close();
    }
}
