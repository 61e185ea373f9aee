package dev.sandlot.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads a file of the journal entry by entry, and passes over what is damaged. */
final class JournalReader implements AutoCloseable {
    private static final int SEARCH_BUFFER = 64 * 1024;

    private final JournalFrame frame;
    private final FileChannel channel;
    private final long size;
    private final List<Part> passedOver = new ArrayList<>();
    private long at;

    JournalReader(Path file, JournalFrame frame) throws IOException {
        this.frame = frame;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.size = channel.size();
    }

    /** A part of the file, {@code to} excluded. */
    record Part(long from, long to) {}

    /** The next whole entry; empty when there is none any more. */
    Optional<byte[]> next() throws IOException {
        while (at < size && !isCutOffHere()) {
            Optional<byte[]> entry = entry();
            if (entry.isPresent()) {
                at += frame.headerLength() + entry.get().length;
                return entry;
            }
            long behind = behindDamage();
            passedOver.add(new Part(at, behind));
            at = behind;
        }
        return Optional.empty();
    }

    /** What was damaged so far. */
    List<Part> passedOver() {
        return Collections.unmodifiableList(passedOver);
    }

    /** The last entry was being written when its server ended; nobody was told of it. */
    private boolean isCutOffHere() throws IOException {
        if (size - at < frame.headerLength()) {
            return true;
        }
        Optional<JournalFrame.Header> header = header(at);
        return header.isPresent() && at + frame.headerLength() + header.get().length() > size && !isMarkBehind();
    }

    /** A length that is damaged may point behind the end as well. */
    private boolean isMarkBehind() throws IOException {
        return frame.mark().isPresent() && find(frame.mark().getAsLong(), at + 1) < size;
    }

    private Optional<byte[]> entry() throws IOException {
        Optional<JournalFrame.Header> header = header(at);
        if (header.isEmpty() || at + frame.headerLength() + header.get().length() > size) {
            return Optional.empty();
        }
        byte[] entry = new byte[header.get().length()];
        read(ByteBuffer.wrap(entry), at + frame.headerLength());
        return header.get().fits(entry) ? Optional.of(entry) : Optional.empty();
    }

    private Optional<JournalFrame.Header> header(long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(frame.headerLength());
        read(bytes, position);
        return frame.header(bytes.flip());
    }

    private void read(ByteBuffer into, long position) throws IOException {
        long from = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, from);
            if (count < 0) {
                throw new IOException("the journal became shorter while it was read");
            }
            from += count;
        }
    }

    /** The place where the next entry may begin: at the next mark, or where the length of this one says; else the end. */
    private long behindDamage() throws IOException {
        if (frame.mark().isPresent()) {
            return find(frame.mark().getAsLong(), at + 1);
        }
        return header(at)
                .map(header -> Math.min(size, at + frame.headerLength() + header.length()))
                .orElse(size);
    }

    private long find(long mark, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SEARCH_BUFFER);
        for (long start = from; size - start >= Long.BYTES; start += buffer.limit() - Long.BYTES + 1) {
            buffer.clear().limit((int) Math.min(SEARCH_BUFFER, size - start));
            read(buffer, start);
            for (int i = 0; i + Long.BYTES <= buffer.limit(); i++) {
                if (buffer.getLong(i) == mark) {
                    return start + i;
                }
            }
        }
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
