package dev.sandlot.exchange;

import dev.sandlot.errors.ApiException;
import dev.sandlot.http.RefusedBody;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request's body in memory, or the reason why it was not taken: reading it waits for nobody. */
final class Body extends ServletInputStream {
    private final ByteArrayInputStream bytes;
    private final @Nullable ApiException refusal;

    private Body(byte[] bytes, int length, @Nullable ApiException refusal) {
        this.bytes = new ByteArrayInputStream(bytes, 0, length);
        this.refusal = refusal;
    }

    static Body of(byte[] bytes) {
        return of(bytes, bytes.length);
    }

    /** The first so many of the bytes, which nobody changes any more. */
    static Body of(byte[] bytes, int length) {
        return new Body(bytes, length, null);
    }

    /** The body of a request that has none. */
    static Body none() {
        return of(new byte[0]);
    }

    /** A body that was not taken: whoever reads it gets {@link RefusedBody}. */
    static Body refused(ApiException refusal) {
        return new Body(new byte[0], 0, refusal);
    }

    boolean isRefused() {
        return refusal != null;
    }

    private void requireTaken() throws RefusedBody {
        if (refusal != null) {
            throw new RefusedBody(refusal);
        }
    }

    @Override
    public int read() throws IOException {
        requireTaken();
        return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        requireTaken();
        return bytes.read(into, offset, length);
    }

    /** In one piece, where the usual way has several and puts them together. */
    @Override
    public byte[] readNBytes(int most) throws IOException {
        requireTaken();
        byte[] taken = new byte[Math.min(most, bytes.available())];
        bytes.readNBytes(taken, 0, taken.length);
        return taken;
    }

    @Override
    public int available() {
        return bytes.available();
    }

    @Override
    public boolean isFinished() {
        return refusal == null && bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
        throw new IllegalStateException("the whole body is here");
    }
}
