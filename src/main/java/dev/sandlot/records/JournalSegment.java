package dev.sandlot.records;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of entries that grows. What is written outlives this process, however it ends. The file goes when nothing in it
 * is needed any more. Not for use by several threads at once. A thread that is interrupted writes like any other: a
 * channel would be closed by that, for all who write after it.
 */
final class JournalSegment implements AutoCloseable {
    private final Path file;
    private final JournalFrame frame;
    private final RandomAccessFile content;
    private long size;
    private int needed;

    /** {@code file} is new. */
    JournalSegment(Path file, JournalFrame frame) throws IOException {
        this.file = file;
        this.frame = frame;
        Files.createFile(file);
        this.content = new RandomAccessFile(file.toFile(), "rw");
    }

    /** Adds an entry, which is needed from now on; after a failure the file ends where it did before. */
    void append(byte[] entry) throws IOException {
        ByteBuffer bytes = frame.around(entry);
        boolean whole = false;
        try {
            content.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            whole = true;
            size += bytes.remaining();
            needed++;
        } finally {
            if (!whole) {
                // Where it is written to goes back as well.
                content.setLength(size);
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
        return size;
    }

    /** Begins anew: nothing in it is needed. */
    void clear() throws IOException {
        content.setLength(0);
        size = 0;
    }

    /** Nothing in it is needed, and nothing more comes. */
    void delete() throws IOException {
        content.close();
        Files.delete(file);
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
