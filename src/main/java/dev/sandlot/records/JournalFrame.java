package dev.sandlot.records;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * What stands around an entry in a file: a mark, by which it is found behind damage, its length, and its checksum. The
 * mark is a secret of its file, for an entry holds what a command has printed, and that must not pass for an entry.
 *
 * @param mark of 8 bytes; none in files of the journal's first version
 */
record JournalFrame(OptionalLong mark) {
    static final int ENTRY_MAX = 16 << 20;
    private static final int LENGTH_AND_SUM = 12;

    int headerLength() {
        return (mark.isPresent() ? Long.BYTES : 0) + LENGTH_AND_SUM;
    }

    /** The entry with all that stands before it. */
    ByteBuffer around(byte[] entry) {
        ByteBuffer bytes = ByteBuffer.allocate(headerLength() + entry.length);
        mark.ifPresent(bytes::putLong);
        return bytes.putInt(entry.length).putLong(checksum(entry)).put(entry).flip();
    }

    /**
     * What stands before an entry.
     *
     * @param length of the entry, 1 to ENTRY_MAX
     */
    record Header(int length, long sum) {
        boolean fits(byte[] entry) {
            return checksum(entry) == sum;
        }
    }

    /** Reads a header; empty when these bytes are none. */
    Optional<Header> header(ByteBuffer bytes) {
        if (mark.isPresent() && bytes.getLong() != mark.getAsLong()) {
            return Optional.empty();
        }
        int length = bytes.getInt();
        return length > 0 && length <= ENTRY_MAX ? Optional.of(new Header(length, bytes.getLong())) : Optional.empty();
    }

    private static long checksum(byte[] entry) {
        CRC32 sum = new CRC32();
        sum.update(entry);
        return sum.getValue();
    }
}
