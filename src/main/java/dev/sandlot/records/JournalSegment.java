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
    private long length;
    private int needed;

    /** {@code file} is new. */
    JournalSegment(Path file, JournalFrame frame) throws IOException {
        this.file = file;
        this.frame = frame;
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Adds an entry, which is needed from now on; after a failure the file ends where it did before. */
    void append(byte[] entry) throws IOException {
        ByteBuffer bytes = frame.around(entry);
        long end = length + bytes.remaining();
        boolean whole = false;
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, end - bytes.remaining());
            }
            whole = true;
            length = end;
            needed++;
        } finally {
            if (!whole) {
                channel.truncate(length);
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

    long size() {
        return length;
    }

    /** Begins anew: nothing in it is needed. */
    void clear() throws IOException {
        channel.truncate(0);
        length = 0;
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
