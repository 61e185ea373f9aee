package dev.sandlot.exchange;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.RefusedBody;
import dev.sandlot.worker.Workers;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * A body of any length on its way from a client who may be slow: only workers wait for it, and not for ever. A single read
 * has the server's own bound (sandlot.xml).
 */
final class StreamedBody extends ServletInputStream {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BYTES_A_SECOND = 16 * 1024;

    private final ServletInputStream client;
    private final LongSupplier nanos;
    private long taken;
    private long waited;

    StreamedBody(ServletInputStream client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (!Workers.isWorker()) {
            throw new IllegalStateException("a worker waits for the client");
        }
        long begun = nanos.getAsLong();
        int count = take(into, offset, length);
        taken += Math.max(0, count);
        waited += nanos.getAsLong() - begun;
        if (waited > PATIENCE.plusSeconds(taken / BYTES_A_SECOND).toNanos()) {
            throw refused("The body did not arrive in time");
        }
        return count;
    }

    private int take(byte[] into, int offset, int length) throws RefusedBody {
        try {
            return client.read(into, offset, length);
        } catch (SocketTimeoutException silent) {
            throw refused("The body did not arrive in time");
        } catch (IOException broken) {
            throw refused("The body could not be read");
        }
    }

    private static RefusedBody refused(String detail) {
        return new RefusedBody(new ApiException(ErrorType.INVALID, detail));
    }

    @Override
    public boolean isFinished() {
        return client.isFinished();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
        throw new IllegalStateException("a worker waits for the client");
    }
}
