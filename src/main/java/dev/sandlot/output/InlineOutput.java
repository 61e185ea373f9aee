package dev.sandlot.output;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An output as it is stored with its record: its bytes, as long as they are few. What a larger one for which there was no
 * file has left, its head and its tail, is stored with its extent behind it, and is recognized by its length.
 */
public final class InlineOutput implements KeptOutput {
    /** Up to this size an output is stored with its record, and no file is made. */
    static final int MAX = 8 * 1024;

    private static final int CUT_LENGTH = MAX + 3 * Long.BYTES;

    private final byte[] head;
    private final byte[] tail;
    private final Extent extent;

    /** {@code head} and {@code tail} are no more than MAX together. */
    InlineOutput(byte[] head, byte[] tail, Extent extent) {
        this.head = head;
        this.tail = tail;
        this.extent = extent;
    }

    /** The stored form. */
    byte[] stored() {
        if (extent.missing() == 0) {
            return ByteBuffer.allocate(head.length + tail.length)
                    .put(head)
                    .put(tail)
                    .array();
        }
        return ByteBuffer.allocate(CUT_LENGTH)
                .put(head)
                .put(tail)
                .position(MAX)
                .putLong(extent.headEnd())
                .putLong(extent.tailStart())
                .putLong(extent.total())
                .array();
    }

    /** Reads that form. */
    public static KeptOutput of(byte[] stored) {
        if (stored.length != CUT_LENGTH) {
            return new InlineOutput(stored, new byte[0], Extent.whole(stored.length));
        }
        ByteBuffer numbers = ByteBuffer.wrap(stored, MAX, 3 * Long.BYTES);
        Extent extent = new Extent(numbers.getLong(), numbers.getLong(), numbers.getLong());
        int headEnd = (int) extent.headEnd();
        int end = headEnd + (int) (extent.total() - extent.tailStart());
        return new InlineOutput(Arrays.copyOf(stored, headEnd), Arrays.copyOfRange(stored, headEnd, end), extent);
    }

    @Override
    public Extent extent() {
        return extent;
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        return offset < head.length ? read(head, offset, into) : read(tail, offset - extent.tailStart(), into);
    }

    private static int read(byte[] part, long offset, ByteBuffer into) {
        int count = offset < 0 ? 0 : (int) Math.min(into.remaining(), part.length - Math.min(offset, part.length));
        if (count > 0) {
            into.put(part, (int) offset, count);
        }
        return count;
    }
}
