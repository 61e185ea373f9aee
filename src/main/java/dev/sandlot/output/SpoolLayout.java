package dev.sandlot.output;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where the bytes of a spooled output are in its file: a header, the head, then a ring that holds the last ones.
 *
 * @param headLimit size of the head
 * @param tailBase offset in the output of the first byte behind the head; larger than {@code headLimit} after a gap
 * @param ringSize size of the ring
 */
record SpoolLayout(long headLimit, long tailBase, long ringSize) {
    /** Five numbers: a mark, this layout, and the output's size once it has ended. */
    static final int HEADER = 5 * Long.BYTES;

    private static final long MARK = 0x53616e646c6f7401L;

    /** Half of {@code limit} from the start, half from the end. */
    static SpoolLayout of(long limit) {
        return new SpoolLayout(limit / 2, limit / 2, limit - limit / 2);
    }

    /** The head ends at {@code end}, and what comes next begins at {@code next}. */
    SpoolLayout withGap(long end, long next) {
        return new SpoolLayout(Math.min(headLimit, end), next, ringSize);
    }

    /**
     * The same where there is room for the first {@code size} bytes of the file's content only, all of which are written
     * for the first time: they stay where they are. Empty where that leaves no ring.
     */
    Optional<SpoolLayout> narrowedTo(long size) {
        if (tailBase == headLimit && size > 1) {
            return Optional.of(of(size));
        }
        return size > headLimit
                ? Optional.of(new SpoolLayout(headLimit, tailBase, size - headLimit))
                : Optional.empty();
    }

    /** The place in the file of the byte at {@code offset}. */
    long place(long offset) {
        return HEADER + (offset < headLimit ? offset : headLimit + (offset - tailBase) % ringSize);
    }

    /** How many bytes from {@code offset} on lie side by side, at most {@code wanted}. */
    int contiguous(long offset, long wanted) {
        long most = offset < headLimit ? headLimit - offset : ringSize - (offset - tailBase) % ringSize;
        return (int) Math.min(Math.min(most, wanted), Integer.MAX_VALUE);
    }

    /** What is kept of an output of that size. */
    Extent extent(long total) {
        if (total <= headLimit) {
            return Extent.whole(total);
        }
        long tailStart = Math.max(tailBase, total - ringSize);
        return tailStart == headLimit ? Extent.whole(total) : new Extent(headLimit, tailStart, total);
    }

    ByteBuffer header(long total) {
        return ByteBuffer.allocate(HEADER)
                .putLong(MARK)
                .putLong(headLimit)
                .putLong(tailBase)
                .putLong(ringSize)
                .putLong(total)
                .flip();
    }

    static boolean isHeader(ByteBuffer header) {
        return header.remaining() == HEADER && header.getLong(0) == MARK && header.getLong(24) > 0;
    }

    static SpoolLayout parse(ByteBuffer header) {
        return new SpoolLayout(header.getLong(8), header.getLong(16), header.getLong(24));
    }

    /** 0 while the output has not ended. */
    static long parseTotal(ByteBuffer header) {
        return header.getLong(32);
    }
}
