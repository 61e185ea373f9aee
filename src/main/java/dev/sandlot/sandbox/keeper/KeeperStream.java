package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/** A connection to a keeper that has become one to a server in its sandbox. */
final class KeeperStream implements SandboxStream {
    private final KeeperConnection connection;
    private final Duration idle;
    private final Runnable whenClosed;

    KeeperStream(KeeperConnection connection, Duration idle, Runnable whenClosed) {
        this.connection = connection;
        this.idle = idle;
        this.whenClosed = whenClosed;
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, into.length);
                return length == 0 ? 0 : connection.read(ByteBuffer.wrap(into, offset, length), idle);
            }
        };
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                connection.write(ByteBuffer.wrap(from, offset, length), idle);
            }

            @Override
            public void close() throws IOException {
                connection.shutdownOutput();
            }
        };
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
