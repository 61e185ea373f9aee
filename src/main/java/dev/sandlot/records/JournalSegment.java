package dev.sandlot.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of entries that grows. What is written outlives this process, however it ends. The file goes when nothing in it
 * is needed any more. Not for use by several threads at once.
 */
final class JournalSegment implements AutoCloseable {
    private final Path file;
    private final JournalFrame frame;
    private final FileChannel channel;
    private int needed;

    /** {@code file} is new. */
    JournalSegment(Path file, JournalFrame frame) throws IOException {
        this.file = file;
        this.frame = frame;
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Adds an entry, which is needed from now on; after a failure the file ends where it did before. */
    void append(byte[] entry) throws IOException {
        long end = channel.size();
        ByteBuffer bytes = frame.around(entry);
        boolean whole = false;
        try {
            for (long at = end; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            whole = true;
            needed++;
        } finally {
            if (!whole) {
                channel.truncate(end);
            }
        }
    }

    /** An entry of the file is stored elsewhere. */
    void release() {
        needed--;
    }

    boolean isNeeded() {
        return needed > 0;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Begins anew: nothing in it is needed. */
    void clear() throws IOException {
        channel.truncate(0);
    }

    /** Nothing in it is needed, and nothing more comes. */
    void delete() throws IOException {
        channel.close();
        Files.delete(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
