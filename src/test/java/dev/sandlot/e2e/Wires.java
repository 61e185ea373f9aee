package dev.sandlot.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections that one thread holds open, and that take next to nothing of what the server has to say. */
final class Wires implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2000;
    private static final int RECEIVE_BUFFER = 4096;

    private final URI server;
    private final List<Socket> open = new ArrayList<>();

    Wires(URI server) {
        this.server = server;
    }

    private interface Use {
        void of(Socket socket) throws IOException;
    }

    /** One more, which says that; none where the server takes none. */
    void say(String text) {
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MILLIS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            open.add(socket);
        } catch (IOException refused) {
            hangUp(socket);
        }
    }

    /** A byte more is said on each. */
    void drip() {
        each(socket -> socket.getOutputStream().write(' '));
    }

    /** A byte is taken from each that has one. */
    void sip() {
        each(socket -> {
            InputStream in = socket.getInputStream();
            if (in.available() > 0 && in.read() < 0) {
                throw new IOException("closed");
            }
        });
    }

    /** Those that broke are given up. */
    private void each(Use use) {
        open.removeIf(socket -> {
            try {
                use.of(socket);
                return false;
            } catch (IOException broken) {
                hangUp(socket);
                return true;
            }
        });
    }

    int count() {
        return open.size();
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // So it is.
        }
    }

    @Override
    public void close() {
        open.forEach(Wires::hangUp);
        open.clear();
    }
}
