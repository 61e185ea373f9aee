package dev.sandlot.service;

import dev.sandlot.sandbox.SandboxStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A stream of a sandbox in the form that the HTTP library takes. What a socket has besides (addresses, options) it has
 * not; its timeout is the stream's own.
 */
final class StreamSocket extends Socket {
    private final SandboxStream stream;
    private volatile boolean closed;
    /** For the thread that reads. */
    private long expectedUntil;

    private boolean expected;

    StreamSocket(SandboxStream stream) {
        this.stream = stream;
    }

    /** No read begins after that time. */
    void expectWithin(Duration time) {
        expectedUntil = System.nanoTime() + time.toNanos();
        expected = true;
    }

    /** Each read has its own bound only. */
    void expectAnyTime() {
        expected = false;
    }

    private void requireInTime() throws SocketTimeoutException {
        if (expected && System.nanoTime() - expectedUntil > 0) {
            throw new SocketTimeoutException("it took too long until it had come");
        }
    }

    @Override
    public InputStream getInputStream() {
        return new FilterInputStream(stream.input()) {
            @Override
            public int read() throws IOException {
                requireInTime();
                return super.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                requireInTime();
                return super.read(into, offset, length);
            }
        };
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
