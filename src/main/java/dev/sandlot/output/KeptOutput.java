package dev.sandlot.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An output that can be read, while it grows or after. Its bytes may go at any time, to make room for others. */
public interface KeptOutput {
    Extent extent();

    /**
     * Reads kept bytes from {@code offset} on into the buffer, not across a gap; returns how many, 0 when there are none
     * (yet, or any more).
     */
    int read(long offset, ByteBuffer into) throws IOException;

    /** An output in use: what was there at its opening is there until it is closed, unless the output grows. */
    @FunctionalInterface
    interface Reading extends AutoCloseable {
        /** Reads as an output does. */
        int read(long offset, ByteBuffer into) throws IOException;

        @Override
        default void close() throws IOException {
            // Nothing is held.
        }
    }

    /** Begins to read. To be closed. */
    default Reading open() throws IOException {
        return this::read;
    }

    /** The kept bytes of [from, to), which must not reach into a gap; fewer when they have gone meanwhile. */
    default byte[] bytes(long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (bytes.hasRemaining() && read(from + bytes.position(), bytes) > 0) {
            // read has moved the buffer on
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
