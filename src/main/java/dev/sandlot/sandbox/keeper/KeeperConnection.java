package dev.sandlot.sandbox.keeper;

import dev.sandlot.log.ServerLog;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One connection to a keeper, for one request at a time, or for one stream. Reads and writes block; each has a bound,
 * past which the pool's watchdog closes the connection and whoever waits gets a {@link SocketTimeoutException}.
 */
final class KeeperConnection implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(KeeperConnection.class);
    private static final int BUFFER_SIZE = 16 * 1024;

    private final SocketChannel channel;
    /** What came and has not been taken. */
    private final ByteBuffer arrived = ByteBuffer.allocateDirect(BUFFER_SIZE).flip();

    private final Deadline deadline = new Deadline();
    /** The deadline of whoever writes while another thread reads. */
    private final Deadline writeDeadline = new Deadline();

    private volatile long idleSince = System.nanoTime();
    private volatile boolean closedAsOverdue;

    private KeeperConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** A connection that is not made yet. */
    static KeeperConnection create() throws IOException {
        return new KeeperConnection(SocketChannel.open(StandardProtocolFamily.UNIX));
    }

    /** Connects to the keeper that listens at {@code socket}. Who takes no more connections lets this wait. */
    void open(Path socket, Duration most) throws IOException {
        within(deadline, most, () -> channel.connect(UnixDomainSocketAddress.of(socket)));
    }

    /**
     * Sends a request and waits for the last frame of its answer.
     *
     * @throws NotSentException when it was not sent
     */
    Frame ask(ByteBuffer request, AnswerDecoder answer, Duration most) throws IOException {
        return ask(request, answer, most, () -> {});
    }

    /** What is done once a request is sent, and before its answer is waited for. */
    @FunctionalInterface
    interface AfterSending {
        void run() throws IOException;
    }

    /** The same, with that in between. */
    Frame ask(ByteBuffer request, AnswerDecoder answer, Duration most, AfterSending sent) throws IOException {
        return within(deadline, most, () -> {
            send(request);
            sent.run();
            return receive(answer);
        });
    }

    /** Sends a request that has no answer. */
    void tell(ByteBuffer request, Duration most) throws IOException {
        within(deadline, most, () -> {
            send(request);
            return request;
        });
    }

    private void send(ByteBuffer request) throws NotSentException {
        try {
            writeFully(request);
        } catch (IOException broken) {
            throw new NotSentException(broken);
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private Frame receive(AnswerDecoder answer) throws IOException {
        while (true) {
            Optional<Frame> last = answer.decode(arrived);
            if (last.isPresent()) {
                return last.get();
            }
            readMore();
        }
    }

    private void readMore() throws IOException {
        arrived.compact();
        try {
            if (channel.read(arrived) < 0) {
                throw new EOFException("the keeper is gone");
            }
        } finally {
            arrived.flip();
        }
    }

    /** Reads bytes of a stream; it may take {@code most}. Negative: it is at its end. */
    int read(ByteBuffer into, Duration most) throws IOException {
        if (arrived.hasRemaining()) {
            int length = Math.min(arrived.remaining(), into.remaining());
            into.put(arrived.slice(arrived.position(), length));
            arrived.position(arrived.position() + length);
            return length;
        }
        return within(deadline, most, () -> channel.read(into));
    }

    /** Writes all to a stream, or behind a request, while another thread reads; it may take {@code most}. */
    void write(ByteBuffer from, Duration most) throws IOException {
        within(writeDeadline, most, () -> {
            writeFully(from);
            return from;
        });
    }

    /** A stream has no more to send. */
    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** Reading and writing that may have to wait. */
    @FunctionalInterface
    private interface Waiting<T> {
        T run() throws IOException;
    }

    private <T> T within(Deadline bound, Duration most, Waiting<T> work) throws IOException {
        bound.set(most);
        try {
            return work.run();
        } catch (IOException broken) {
            throw orOverdue(broken);
        } finally {
            bound.lift();
        }
    }

    /** What the watchdog's closing looks like to whoever waited is not why. */
    private IOException orOverdue(IOException broken) {
        if (!closedAsOverdue) {
            return broken;
        }
        SocketTimeoutException overdue = new SocketTimeoutException("the keeper did not answer in time");
        overdue.initCause(broken);
        return overdue;
    }

    /** Connects if need be, without waiting; false: it is of no use now. Nothing waits until {@link #trySend}. */
    boolean tryOpen(Path socket) throws IOException {
        channel.configureBlocking(false);
        return channel.isConnected() || channel.connect(UnixDomainSocketAddress.of(socket));
    }

    /** Sends frames without waiting; false: a part of them is missing, and it is of no use any more. */
    boolean trySend(ByteBuffer frames) throws IOException {
        channel.write(frames);
        channel.configureBlocking(true);
        return !frames.hasRemaining();
    }

    void nowIdle() {
        idleSince = System.nanoTime();
    }

    boolean idleFor(Duration time, long now) {
        return now - idleSince > time.toNanos();
    }

    boolean overdue(long now) {
        return deadline.isPast(now) || writeDeadline.isPast(now);
    }

    void closeAsOverdue() {
        closedAsOverdue = true;
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException broken) {
            LOG.log(Level.FINE, "a keeper's socket did not close", broken);
        }
    }
}
