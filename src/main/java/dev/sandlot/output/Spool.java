package dev.sandlot.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one output while it grows: a little of it in memory, more in a file, and of what is larger than the limit the
 * first and the last bytes. It never refuses bytes: what can't be kept, for a full disk say, is missing from its
 * {@link #extent}.
 */
final class Spool implements KeptOutput {
    /** Up to this size an output is stored with its record, and no file is made. */
    static final int INLINE_MAX = 8 * 1024;

    private static final Logger LOG = Logger.getLogger(Spool.class.getName());

    private final Path file;
    private SpoolLayout layout;
    private long total;
    /** All before it is kept and nothing behind it: a write failed there. */
    private long brokenAt = Long.MAX_VALUE;

    private byte[] inline = new byte[0];
    private int inlineLength;
    private @Nullable FileChannel channel;

    /** {@code limit}: bytes that are kept, half of them from the start and half from the end. */
    Spool(Path file, long limit) {
        this.file = file;
        this.layout = SpoolLayout.of(limit);
    }

    /** Goes on with the file that a server left which died; only its head can be trusted. */
    static Spool resume(Path file, long limit) throws IOException {
        Spool spool = new Spool(file, limit);
        if (Files.exists(file)) {
            FileChannel open = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            spool.channel = open;
            spool.total = Math.max(0, Math.min(spool.layout.headLimit(), open.size() - SpoolLayout.HEADER));
        }
        return spool;
    }

    /** Takes the next bytes; an offset beyond what is known is a gap. */
    synchronized void append(long offset, ByteBuffer bytes) {
        if (offset > total) {
            skipTo(offset);
        }
        if (channel == null && !isBroken() && inlineLength + bytes.remaining() <= INLINE_MAX) {
            appendInline(bytes);
            return;
        }
        try {
            write(openFile(), bytes);
        } catch (IOException noRoom) {
            breakOff(noRoom);
        }
        total += bytes.remaining();
    }

    /** Takes the next bytes, wherever they belong. */
    synchronized void append(ByteBuffer bytes) {
        append(total, bytes);
    }

    private void skipTo(long offset) {
        try {
            openFile();
        } catch (IOException noRoom) {
            breakOff(noRoom);
        }
        layout = layout.withGap(total, offset);
        total = offset;
    }

    private void appendInline(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (inline.length < inlineLength + length) {
            inline = Arrays.copyOf(inline, Math.min(INLINE_MAX, Math.max(256, 2 * (inlineLength + length))));
        }
        bytes.get(inline, inlineLength, length);
        inlineLength += length;
        total += length;
    }

    private FileChannel openFile() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            if (isBroken()) {
                throw new IOException("it could not be opened before");
            }
            Files.createDirectories(file.getParent());
            open = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
            writeFully(open, layout.header(0), 0);
            writeFully(open, ByteBuffer.wrap(inline, 0, inlineLength), SpoolLayout.HEADER);
        }
        return open;
    }

    private void write(FileChannel open, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && !isBroken()) {
            int count = layout.contiguous(total, bytes.remaining());
            writeFully(open, bytes.slice(bytes.position(), count), layout.place(total));
            bytes.position(bytes.position() + count);
            total += count;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private boolean isBroken() {
        return brokenAt != Long.MAX_VALUE;
    }

    /** Of what the ring held nobody knows how much a failed write has spoilt: only the head counts from here on. */
    private void breakOff(IOException why) {
        if (!isBroken()) {
            LOG.log(Level.WARNING, "An output can''t be kept whole: {0}", why.getMessage());
            brokenAt = channel == null ? 0 : Math.min(total, layout.headLimit());
        }
    }

    @Override
    public synchronized Extent extent() {
        return isBroken() ? new Extent(brokenAt, total, total) : layout.extent(total);
    }

    @Override
    public synchronized int read(long offset, ByteBuffer into) throws IOException {
        FileChannel open = channel;
        if (open != null) {
            return open.isOpen()
                    ? StoredSpool.read(open, layout, extent(), offset, into)
                    : new StoredSpool(file, layout, extent()).read(offset, into);
        }
        int count = (int) Math.max(0, Math.min(into.remaining(), inlineLength - offset));
        if (count > 0) {
            into.put(inline, (int) offset, count);
        }
        return count;
    }

    /** Whether all is small enough to be stored with the record; then these are its bytes. */
    synchronized Optional<byte[]> inlineBytes() {
        return channel == null && !isBroken() ? Optional.of(Arrays.copyOf(inline, inlineLength)) : Optional.empty();
    }

    synchronized long total() {
        return total;
    }

    /** No more bytes come; the file, if there is one, says so. */
    synchronized void finish() {
        FileChannel open = channel;
        if (open == null || !open.isOpen()) {
            return;
        }
        try (open) {
            if (!isBroken()) {
                writeFully(open, layout.header(total), 0);
            }
        } catch (IOException noRoom) {
            breakOff(noRoom);
        }
    }
}
