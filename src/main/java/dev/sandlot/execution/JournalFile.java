package dev.sandlot.execution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A file of entries, each with its length and checksum in front. What is written outlives this process, however it ends;
 * a last entry that was cut off is passed over. Not for use by several threads at once.
 */
final class JournalFile implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int ENTRY_MAX = 16 << 20;

    private final FileChannel channel;

    JournalFile(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** All whole entries, oldest first. */
    List<byte[]> read() throws IOException {
        List<byte[]> entries = new ArrayList<>();
        long at = 0;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        while (channel.read(header.clear(), at) == HEADER) {
            int length = header.flip().getInt();
            if (length <= 0 || length > ENTRY_MAX || at + HEADER + length > channel.size()) {
                break;
            }
            ByteBuffer entry = ByteBuffer.allocate(length);
            channel.read(entry, at + HEADER);
            if (sum(entry.array()) != header.getLong()) {
                break;
            }
            entries.add(entry.array());
            at += HEADER + length;
        }
        return entries;
    }

    private static long sum(byte[] entry) {
        CRC32 sum = new CRC32();
        sum.update(entry);
        return sum.getValue();
    }

    /** Adds an entry; after a failure the file ends where it did before. */
    void append(byte[] entry) throws IOException {
        long end = channel.size();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + entry.length)
                .putInt(entry.length)
                .putLong(sum(entry))
                .put(entry)
                .flip();
        boolean whole = false;
        try {
            for (long at = end; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            whole = true;
        } finally {
            if (!whole) {
                channel.truncate(end);
            }
        }
    }

    /** Everything in it has found its place elsewhere. */
    void clear() throws IOException {
        channel.truncate(0);
    }

    long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
