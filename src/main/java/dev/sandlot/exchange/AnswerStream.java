package dev.sandlot.exchange;

import dev.sandlot.worker.Workers;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer's bytes on their way to a client that may be slow: only workers wait for it, and not for ever. What another
 * thread writes is kept until a worker takes it on; what a worker writes is kept while it is short.
 */
final class AnswerStream extends ServletOutputStream {
    /** So much waits for the end of the answer, in bytes; what is longer goes out as it comes. */
    static final int SHORT = 32 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BYTES_A_SECOND = 16 * 1024;

    private final Client client;
    private final LongSupplier nanos;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean underWay;
    private long sent;
    private long waited;

    /** The container's side of it. */
    interface Client {
        /** The stream for bytes that may have to wait for the client. */
        ServletOutputStream stream() throws IOException;

        /** All that there is, is known before any of it is sent. */
        void length(int bytes);

        /** So many bytes are held in memory for it, in one piece. */
        void holds(int bytes);
    }

    AnswerStream(Client client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    private interface Sending {
        void to(ServletOutputStream client) throws IOException;
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (!underWay && (kept.size() + length <= SHORT || !Workers.isWorker())) {
            kept.write(bytes, offset, length);
            return;
        }
        if (!underWay) {
            client.holds(kept.size() + length);
        }
        sendKept();
        send(bytes, offset, length);
    }

    /** In pieces, so that the pace is looked at before the whole has been taken. */
    private void send(byte[] bytes, int offset, int length) throws IOException {
        for (int at = 0; at < length; at += SHORT) {
            int count = Math.min(SHORT, length - at);
            int from = offset + at;
            timed(count, stream -> stream.write(bytes, from, count));
        }
    }

    private void sendKept() throws IOException {
        underWay = true;
        byte[] bytes = kept.toByteArray();
        kept.reset();
        send(bytes, 0, bytes.length);
    }

    private void timed(int count, Sending sending) throws IOException {
        long begun = nanos.getAsLong();
        sending.to(client.stream());
        sent += count;
        waited += nanos.getAsLong() - begun;
        if (waited > PATIENCE.plusSeconds(sent / BYTES_A_SECOND).toNanos()) {
            throw new IOException("the client reads too slowly");
        }
    }

    /** Does nothing where it would have to wait on a thread that may not. */
    @Override
    public synchronized void flush() throws IOException {
        if (Workers.isWorker()) {
            sendKept();
            timed(0, ServletOutputStream::flush);
        }
    }

    /**
     * By a worker, when all has been written: nothing of it is left for the container to send. The end goes out with the
     * rest, for of a whole answer the container holds back what is flushed, until another thread completes the request.
     */
    synchronized void finish() throws IOException {
        if (!underWay) {
            client.length(kept.size());
        }
        sendKept();
        timed(0, ServletOutputStream::close);
    }

    /** How much has not been sent. */
    synchronized int kept() {
        return kept.size();
    }

    /** What has not been sent is forgotten. */
    synchronized void forget() {
        kept.reset();
    }

    /** Does nothing: the stream ends with the exchange. */
    @Override
    public void close() {
        // Whoever has written all of it has not sent all of it.
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(@Nullable WriteListener listener) {
        throw new IllegalStateException("a worker waits for the client");
    }
}
