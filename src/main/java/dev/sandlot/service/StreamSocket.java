package dev.sandlot.service;

import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A stream of a sandbox in the form that the HTTP library takes. What a socket has besides (addresses, options) it has
 * not; its timeout is the stream's own.
 */
final class StreamSocket extends Socket {
    private final SandboxStream stream;
    private volatile boolean closed;

    StreamSocket(SandboxStream stream) {
        this.stream = stream;
    }

    @Override
    public InputStream getInputStream() {
        return stream.input();
    }

    @Override
    public OutputStream getOutputStream() {
        return stream.output();
    }

    @Override
    public void setSoTimeout(int milliseconds) {
        // The stream's own holds.
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {
        // There is nothing to linger for.
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void shutdownInput() {
        // It ends with the stream.
    }

    @Override
    public void shutdownOutput() throws IOException {
        stream.output().close();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        stream.close();
        super.close();
    }
}
