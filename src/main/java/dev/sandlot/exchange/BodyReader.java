package dev.sandlot.exchange;

import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one body into memory: bounded in bytes, which count as its organization's, and in time: it must come at a pace.
 * A single read has the server's own bound (sandlot.xml). Closing it gives the bytes back.
 */
final class BodyReader implements Share {
    /** In bytes; no operation takes more. */
    static final int LARGEST = 8 << 20;

    private static final int PIECE = 16 * 1024;
    private static final int RESERVED_LEAST = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BYTES_A_SECOND = 64 * 1024;

    private final InputStream from;
    private final long declared;
    private final Budget budget;
    private final Tenant tenant;
    private final LongSupplier nanos;
    private final long begun;
    private final Queue<Share> shares = new ConcurrentLinkedQueue<>();
    /** As long as it is declared to be; what is not grows as it comes. */
    private byte[] read = {};

    private int size;
    private long reserved;
    private boolean ended;
    private @Nullable ApiException refusal;

    /** {@code declared}: its length in bytes, negative when the request does not say it. */
    BodyReader(InputStream from, long declared, Budget budget, Tenant tenant, LongSupplier nanos) {
        this.from = from;
        this.declared = declared;
        this.budget = budget;
        this.tenant = tenant;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        if (declared > LARGEST) {
            refuse(tooLarge());
        } else {
            reserve(Math.max(0, declared));
            read = new byte[refusal == null ? (int) Math.max(0, declared) : 0];
        }
    }

    private static ApiException tooLarge() {
        return invalid("The body is larger than " + LARGEST + " bytes");
    }

    private static ApiException invalid(String detail) {
        return new ApiException(ErrorType.INVALID, detail);
    }

    private void refuse(ApiException reason) {
        refusal = reason;
    }

    /** Reads on for at most that time, or a single read's; false when there may be more. */
    boolean readFor(Duration most) {
        while (!isDone()) {
            if (isPast(most.toNanos())) {
                return false;
            }
            readPiece();
        }
        return true;
    }

    /** The whole, or the reason why not. */
    Body take() {
        readFor(Duration.ofNanos(Long.MAX_VALUE));
        return refusal == null ? Body.of(read, size) : Body.refused(refusal);
    }

    private boolean isDone() {
        return refusal != null || ended || size == declared;
    }

    private void readPiece() {
        if (size == read.length) {
            // One byte more than it may have says that it has too many.
            read = Arrays.copyOf(read, Math.max(PIECE, Math.min(2 * size, LARGEST + 1)));
        }
        try {
            int count = from.read(read, size, Math.min(PIECE, read.length - size));
            if (count < 0) {
                end();
            } else {
                add(count);
            }
        } catch (SocketTimeoutException silent) {
            refuse(late());
        } catch (IOException broken) {
            refuse(invalid("The body could not be read"));
        }
    }

    private void end() {
        ended = true;
        if (declared > size) {
            refuse(invalid("The body is shorter than its Content-Length"));
        }
    }

    private void add(int count) {
        size += count;
        if (size > LARGEST) {
            refuse(tooLarge());
            return;
        }
        if (size > reserved) {
            reserve(Math.max(RESERVED_LEAST, reserved));
        }
        if (!isDone() && isPast(PATIENCE.plusSeconds(size / BYTES_A_SECOND).toNanos())) {
            refuse(late());
        }
    }

    private static ApiException late() {
        return invalid("The body did not arrive in time");
    }

    private boolean isPast(long time) {
        return nanos.getAsLong() - begun > time;
    }

    private void reserve(long more) {
        if (more == 0) {
            return;
        }
        try {
            shares.add(budget.take(tenant, more));
            reserved += more;
        } catch (ApiException full) {
            refuse(full);
        }
    }

    @Override
    public void close() {
        shares.forEach(Share::close);
    }
}
