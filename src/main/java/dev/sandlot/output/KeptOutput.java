package dev.sandlot.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An output that can be read, while it grows or after. */
public interface KeptOutput {
    Extent extent();

    /**
     * Reads kept bytes from {@code offset} on into the buffer, not across a gap; returns how many, 0 when there are none
     * (yet).
     */
    int read(long offset, ByteBuffer into) throws IOException;

    /** The kept bytes of [from, to), which must not reach into a gap. */
    default byte[] bytes(long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        while (bytes.hasRemaining() && read(from + bytes.position(), bytes) > 0) {
            // read has moved the buffer on
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** A small output as it was stored with its record. */
    static KeptOutput of(byte[] all) {
        return new KeptOutput() {
            @Override
            public Extent extent() {
                return Extent.whole(all.length);
            }

            @Override
            public int read(long offset, ByteBuffer into) {
                int from = (int) Math.min(offset, all.length);
                int count = Math.min(into.remaining(), all.length - from);
                into.put(all, from, count);
                return count;
            }
        };
    }
}
