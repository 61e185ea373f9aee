package dev.sandlot.sandbox.keeper;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One connection to a keeper: one request at a time. Reads and writes block; their bound is {@link #overdue}, by which
 * the pool's watchdog closes a connection that waits for too long.
 */
public final class KeeperConnection implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(KeeperConnection.class);
    private static final int BUFFER_SIZE = 16 * 1024;
    private static final int CONTROL_FRAME_MAX = 64 * 1024;
    private static final int OUTPUT_HEADER = 9;
    private static final long UID_MAX = 0xffff_ffffL;
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(20);
    /** A kill is done within milliseconds; what is not done after this is not going to be. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final SocketChannel channel;
    private final Queue<ExecId> acknowledged;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).flip();
    private volatile long overdueAt = Long.MAX_VALUE;
    private volatile long writeOverdueAt = Long.MAX_VALUE;
    private volatile long idleSince = System.nanoTime();
    private volatile boolean closedByWatchdog;

    private KeeperConnection(SocketChannel channel, Queue<ExecId> acknowledged) {
        this.channel = channel;
        this.acknowledged = acknowledged;
    }

    /** One that is not connected yet; {@code acknowledged} is emptied with the next request. */
    static KeeperConnection create(Queue<ExecId> acknowledged) throws IOException {
        return new KeeperConnection(SocketChannel.open(StandardProtocolFamily.UNIX), acknowledged);
    }

    /** Connects to the keeper that listens at {@code socket}. Who takes no more connections lets this wait. */
    void open(Path socket) throws IOException {
        within(CONTROL_TIMEOUT, () -> channel.connect(UnixDomainSocketAddress.of(socket)));
    }

    /** What is done on the socket. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T within(Duration most, Step<T> step) throws IOException {
        overdueAt = System.nanoTime() + most.toNanos();
        try {
            return step.run();
        } finally {
            overdueAt = Long.MAX_VALUE;
        }
    }

    /** Runs a command to its end; see SandboxBackend. */
    public ExecReport execute(ExecSpec spec, OutputSink sink) throws SandboxException {
        FrameWriter frame = new FrameWriter(FrameType.EXEC)
                .text(Tag.EXEC_ID, spec.id().toString())
                .text(Tag.EXEC_COMMAND, spec.command())
                .number32(Tag.EXEC_TIMEOUT_MS, spec.timeout().toMillis());
        spec.cwd().ifPresent(cwd -> frame.text(Tag.EXEC_CWD, cwd));
        for (Map.Entry<String, String> variable : spec.env().entrySet()) {
            frame.text(Tag.EXEC_ENV, variable.getKey() + "=" + variable.getValue());
        }
        if (spec.split()) {
            frame.number32(Tag.EXEC_SPLIT, 1);
        }
        if (spec.whole()) {
            frame.number32(Tag.EXEC_WHOLE, 1);
        }
        spec.stdin().ifPresent(stdin -> frame.text(Tag.EXEC_STDIN, stdin));
        spec.user().ifPresent(user -> frame.text(Tag.EXEC_USER, user));
        return follow(frame, spec.timeout().plus(GRACE), Kind.NOT_STARTED, sink);
    }

    /** Waits for the end of a command that is under way; its output comes from where {@code known} ends. */
    public ExecReport attach(ExecId id, KnownOutput known, Duration timeout, OutputSink sink) throws SandboxException {
        FrameWriter frame = new FrameWriter(FrameType.ATTACH)
                .text(Tag.ATTACH_ID, id.toString())
                .number(Tag.ATTACH_OFFSET, known.output())
                .number(Tag.ATTACH_ERROR_OFFSET, known.stderr());
        return follow(frame, timeout.plus(GRACE), Kind.UNKNOWN, sink);
    }

    private ExecReport follow(FrameWriter request, Duration most, Kind ifNotSent, OutputSink sink)
            throws SandboxException {
        overdueAt = System.nanoTime() + most.toNanos();
        boolean sent = false;
        try {
            send(request.toBytes());
            sent = true;
            return readToEnd(sink);
        } catch (IOException broken) {
            throw lost(broken, sent ? Kind.UNKNOWN : ifNotSent);
        } finally {
            overdueAt = Long.MAX_VALUE;
        }
    }

    private SandboxException lost(IOException broken, Kind kind) {
        if (closedByWatchdog) {
            return new SandboxException(Kind.NO_ANSWER, "the keeper did not answer in time", broken);
        }
        return new SandboxException(kind, "the connection to the keeper broke: " + broken.getMessage(), broken);
    }

    private ExecReport readToEnd(OutputSink sink) throws IOException, SandboxException {
        while (true) {
            int length = readHeader();
            int type = buffer.get();
            switch (type) {
                case FrameType.OUTPUT -> readOutput(length, sink);
                case FrameType.EXITED -> {
                    return ExecAnswer.report(readFields(length));
                }
                case FrameType.FAILED -> throw ExecAnswer.failure(readFields(length));
                default -> throw new MalformedAnswerException("an unexpected frame of type " + type);
            }
        }
    }

    /** Leaves the type as the next byte; returns the length of what comes after it. */
    private int readHeader() throws IOException {
        require(5);
        int length = buffer.getInt() - 1;
        if (length < 0) {
            throw new MalformedAnswerException("a frame without a type");
        }
        return length;
    }

    private void readOutput(int length, OutputSink sink) throws IOException {
        if (length < OUTPUT_HEADER) {
            throw new MalformedAnswerException("an output frame is cut off");
        }
        require(OUTPUT_HEADER);
        long offset = buffer.getLong();
        OutputStreamKind stream = ExecAnswer.stream(buffer.get());
        int left = length - OUTPUT_HEADER;
        if (offset < 0 || offset > ExecAnswer.MOST) {
            throw new MalformedAnswerException("output at an impossible place");
        }
        while (left > 0) {
            require(1);
            ByteBuffer part = buffer.slice(buffer.position(), Math.min(left, buffer.remaining()));
            int taken = part.remaining();
            sink.accept(stream, offset, part.asReadOnlyBuffer());
            buffer.position(buffer.position() + taken);
            offset += taken;
            left -= taken;
        }
    }

    private Fields readFields(int length) throws IOException {
        if (length > CONTROL_FRAME_MAX) {
            throw new MalformedAnswerException("a frame of " + length + " bytes");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        while (payload.hasRemaining()) {
            require(1);
            int part = Math.min(payload.remaining(), buffer.remaining());
            payload.put(buffer.slice(buffer.position(), part));
            buffer.position(buffer.position() + part);
        }
        return new Fields(payload.flip());
    }

    private void require(int count) throws IOException {
        if (buffer.remaining() >= count) {
            return;
        }
        buffer.compact();
        try {
            while (buffer.position() < count) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("the keeper is gone");
                }
            }
        } finally {
            buffer.flip();
        }
    }

    /** Acknowledgements that wait go along, so that they cost no call of their own. */
    private void send(byte[] frame) throws IOException {
        ByteBuffer bytes = acknowledged.isEmpty() ? ByteBuffer.wrap(frame) : withAcknowledgements(frame);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private ByteBuffer withAcknowledgements(byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ExecId id = acknowledged.poll(); id != null; id = acknowledged.poll()) {
            all.writeBytes(new FrameWriter(FrameType.ACK)
                    .text(Tag.EXEC_ID, id.toString())
                    .toBytes());
        }
        all.writeBytes(frame);
        return ByteBuffer.wrap(all.toByteArray());
    }

    /** Asks for the death of a command, on a connection that runs none. */
    public void kill(ExecId id) throws IOException {
        within(CONTROL_TIMEOUT, () -> {
            send(new FrameWriter(FrameType.KILL)
                    .text(Tag.EXEC_ID, id.toString())
                    .toBytes());
            return id;
        });
    }

    /** What the keeper says of itself. */
    public KeeperStatus ping() throws IOException {
        Fields fields = exchange(FrameType.PING, FrameType.PONG);
        Set<ExecId> executions = new HashSet<>();
        for (String id : fields.texts(Tag.PONG_EXECUTION)) {
            try {
                executions.add(new ExecId(UUID.fromString(id)));
            } catch (IllegalArgumentException notOurs) {
                throw new MalformedAnswerException("an execution that has no id");
            }
        }
        return new KeeperStatus(fields.number(Tag.PONG_UID_BASE, UID_MAX), executions);
    }

    /** Ends the sandbox; it and its keeper are gone on return. */
    public void destroy() throws IOException {
        exchange(FrameType.DESTROY, FrameType.DESTROYED);
    }

    /** From here on it is a stream to that port of the sandbox, and takes no other request. */
    void connect(int port) throws IOException, SandboxException {
        overdueAt = System.nanoTime() + CONTROL_TIMEOUT.toNanos();
        try {
            send(new FrameWriter(FrameType.CONNECT)
                    .number32(Tag.CONNECT_PORT, port)
                    .toBytes());
            int length = readHeader();
            int type = buffer.get();
            if (type != FrameType.CONNECTED && type != FrameType.FAILED) {
                throw new MalformedAnswerException("an unexpected frame of type " + type);
            }
            Fields fields = readFields(length);
            if (type == FrameType.FAILED) {
                throw ExecAnswer.failure(fields);
            }
        } finally {
            overdueAt = Long.MAX_VALUE;
        }
    }

    /** Reads bytes of a stream; it may take {@code most}. Negative: it is at its end. */
    int read(ByteBuffer into, Duration most) throws IOException {
        if (buffer.hasRemaining()) {
            int length = Math.min(buffer.remaining(), into.remaining());
            into.put(buffer.slice(buffer.position(), length));
            buffer.position(buffer.position() + length);
            return length;
        }
        overdueAt = System.nanoTime() + most.toNanos();
        try {
            return channel.read(into);
        } catch (ClosedChannelException closed) {
            throw closedByWatchdog ? new SocketTimeoutException("nothing came for " + most) : closed;
        } finally {
            overdueAt = Long.MAX_VALUE;
        }
    }

    /** Writes all to a stream. */
    void write(ByteBuffer from, Duration most) throws IOException {
        writeOverdueAt = System.nanoTime() + most.toNanos();
        try {
            while (from.hasRemaining()) {
                channel.write(from);
            }
        } catch (ClosedChannelException closed) {
            throw closedByWatchdog ? new SocketTimeoutException("nothing was taken for " + most) : closed;
        } finally {
            writeOverdueAt = Long.MAX_VALUE;
        }
    }

    /** A stream has no more to send. */
    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    private Fields exchange(int request, int answer) throws IOException {
        return within(CONTROL_TIMEOUT, () -> {
            send(new FrameWriter(request).toBytes());
            int length = readHeader();
            int type = buffer.get();
            if (type != answer) {
                throw new MalformedAnswerException("an unexpected frame of type " + type);
            }
            return readFields(length);
        });
    }

    void nowIdle() {
        idleSince = System.nanoTime();
    }

    boolean idleFor(Duration time, long now) {
        return now - idleSince > time.toNanos();
    }

    boolean overdue(long now) {
        return isPast(overdueAt, now) || isPast(writeOverdueAt, now);
    }

    private static boolean isPast(long time, long now) {
        return time != Long.MAX_VALUE && now - time > 0;
    }

    /** Whoever waits on it gets NO_ANSWER. */
    void closeAsOverdue() {
        closedByWatchdog = true;
        closeChannel();
    }

    boolean wasOverdue() {
        return closedByWatchdog;
    }

    /** Sends acknowledgements that wait, and nothing else, without waiting itself; false: it is of no use any more. */
    boolean tryFlush(Path socket) throws IOException {
        channel.configureBlocking(false);
        if (!channel.isConnected() && !channel.connect(UnixDomainSocketAddress.of(socket))) {
            return false;
        }
        ByteBuffer bytes = withAcknowledgements(new byte[0]);
        channel.write(bytes);
        channel.configureBlocking(true);
        return !bytes.hasRemaining();
    }

    @Override
    public void close() {
        closeChannel();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException broken) {
            LOG.log(Level.FINE, "a keeper's socket did not close", broken);
        }
    }
}
