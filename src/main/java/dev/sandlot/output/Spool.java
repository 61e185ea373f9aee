package dev.sandlot.output;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
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
 * Keeps one output while it grows: a little of it in memory, more in a file, and of what is larger than the limit, or
 * than the room that there is, the first and the last bytes. It never refuses bytes: what can't be kept is missing from
 * its {@link #extent}.
 */
final class Spool implements KeptOutput {
    private static final Logger LOG = ServerLog.of(Spool.class);

    private final Path file;
    private final long limit;
    private final SpoolRoom room;
    /** The layout of the bytes in memory, as if there were a header before them; and then of those in the file. */
    private SpoolLayout layout;

    private long total;
    /** All before it is kept and nothing behind it: a write failed there. */
    private long brokenAt = Long.MAX_VALUE;

    private byte[] inline = new byte[0];
    private @Nullable FileChannel channel;
    /** The file's length. */
    private long length;
    /** Whether there is no file from now on: none is needed, or there was no room for one when it was. */
    private boolean fileless;

    /** {@code limit}: bytes that are kept, half of them from the start and half from the end. */
    Spool(Path file, long limit, SpoolRoom room) {
        this.file = file;
        this.limit = limit;
        this.room = room;
        this.layout = SpoolLayout.of(Math.min(limit, InlineOutput.MAX));
        this.fileless = limit <= InlineOutput.MAX;
    }

    /** Goes on with the file that a server left which died; only its head can be trusted. */
    static Spool resume(Path file, long limit, SpoolRoom room) throws IOException {
        Spool spool = new Spool(file, limit, room);
        if (Files.exists(file)) {
            spool.resume(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }
        return spool;
    }

    private void resume(FileChannel open) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SpoolLayout.HEADER);
        open.read(header, 0);
        long there = Math.max(0, open.size() - SpoolLayout.HEADER);
        if (SpoolLayout.isHeader(header.flip())) {
            total = Math.min(there, SpoolLayout.parse(header).headLimit());
        }
        channel = open;
        layout = SpoolLayout.of(Math.max(limit, 2 * total));
        length = SpoolLayout.HEADER + total;
        room.adopt(length);
        writeFully(open, layout.header(0), 0);
        open.truncate(length);
    }

    /** Takes the next bytes; an offset beyond what is known is a gap. */
    synchronized void append(long offset, ByteBuffer bytes) {
        long next = Math.max(offset, total);
        if (channel == null && !fileless && (next > total || next + bytes.remaining() > InlineOutput.MAX)) {
            openFile();
        }
        FileChannel open = channel;
        try {
            if (next > total) {
                changeLayout(layout.withGap(total, next));
                total = next;
            }
            if (open == null) {
                writeInline(bytes);
            } else {
                write(open, bytes);
            }
        } catch (IOException noRoom) {
            breakOff(noRoom);
        }
        total += bytes.remaining();
    }

    /** Takes the next bytes, wherever they belong. */
    synchronized void append(ByteBuffer bytes) {
        append(total, bytes);
    }

    private void writeInline(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int count = layout.contiguous(total, bytes.remaining());
            int at = (int) layout.place(total) - SpoolLayout.HEADER;
            if (inline.length < at + count) {
                inline = Arrays.copyOf(inline, Math.min(InlineOutput.MAX, Math.max(256, 2 * (at + count))));
            }
            bytes.get(inline, at, count);
            total += count;
        }
    }

    /** What is in memory goes to a file; where none can be had it stays there, and the last bytes with it. */
    private void openFile() {
        int inMemory = (int) total;
        fileless = true;
        if (room.grow(SpoolLayout.HEADER + Math.min(limit, inMemory + 1L)) <= SpoolLayout.HEADER) {
            return;
        }
        FileChannel open = null;
        try {
            Files.createDirectories(file.getParent());
            open = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            writeFully(open, SpoolLayout.of(limit).header(0), 0);
            layout = SpoolLayout.of(limit);
            length = SpoolLayout.HEADER;
            total = 0;
            channel = open;
            write(open, ByteBuffer.wrap(inline, 0, inMemory));
            inline = new byte[0];
            fileless = false;
        } catch (IOException noRoom) {
            LOG.log(Level.WARNING, "An output can''t be kept in a file: {0}", noRoom.getMessage());
            channel = null;
            layout = SpoolLayout.of(InlineOutput.MAX);
            total = inMemory;
            removeFile(open);
        }
    }

    private void removeFile(@Nullable FileChannel open) {
        try {
            if (open != null) {
                open.close();
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            Failures.log(LOG, Level.FINE, stays, () -> "it is removed at the next start");
        }
    }

    private void write(FileChannel open, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && !isBroken()) {
            long place = layout.place(total);
            int count = layout.contiguous(total, bytes.remaining());
            if (place + count > length) {
                count = (int) Math.min(count, room.grow(place + count) - place);
            }
            if (count <= 0 || !tryWrite(open, bytes.slice(bytes.position(), count), place)) {
                narrow(place);
                continue;
            }
            bytes.position(bytes.position() + count);
            total += count;
            length = Math.max(length, place + count);
        }
    }

    /** False when the file could not grow; nothing that was in it before has changed then. */
    private boolean tryWrite(FileChannel open, ByteBuffer bytes, long place) throws IOException {
        try {
            writeFully(open, bytes, place);
            return true;
        } catch (IOException noRoom) {
            if (place < length) {
                throw noRoom;
            }
            LOG.log(Level.WARNING, "An output can''t be kept whole: {0}", noRoom.getMessage());
            return false;
        }
    }

    /** The file has no room beyond that place: from there on the last bytes replace those before them. */
    private void narrow(long place) throws IOException {
        changeLayout(layout.narrowedTo(place - SpoolLayout.HEADER).orElseThrow(() -> new IOException("no room")));
    }

    /** Changes the layout, in the file first: whoever reads it after a crash must know the layout before it is used. */
    private void changeLayout(SpoolLayout next) throws IOException {
        layout = next;
        if (channel != null) {
            writeFully(channel, next.header(0), 0);
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

    /** Keeps the head alone from here on: of what the ring held nobody knows how much a failed write has spoilt. */
    private void breakOff(IOException why) {
        if (!isBroken()) {
            LOG.log(Level.WARNING, "An output can''t be kept any more: {0}", why.getMessage());
            brokenAt = Math.min(total, layout.headLimit());
        }
    }

    @Override
    public synchronized Extent extent() {
        return isBroken() ? new Extent(brokenAt, total, total) : layout.extent(total);
    }

    @Override
    public synchronized int read(long offset, ByteBuffer into) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            return StoredSpool.read(this::readInline, layout, extent(), offset, into);
        }
        return open.isOpen()
                ? StoredSpool.read(open::read, layout, extent(), offset, into)
                : new StoredSpool(file, layout, extent()).read(offset, into);
    }

    private int readInline(ByteBuffer into, long place) {
        int count = into.remaining();
        into.put(inline, (int) place - SpoolLayout.HEADER, count);
        return count;
    }

    /** What is to be stored with the record, when all that is kept is small enough for that. */
    synchronized Optional<byte[]> inlineBytes() {
        if (channel != null) {
            return Optional.empty();
        }
        Extent extent = extent();
        try {
            byte[] head = bytes(0, extent.headEnd());
            return Optional.of(new InlineOutput(head, bytes(extent.tailStart(), total), extent).stored());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory does not fail", impossible);
        }
    }

    synchronized long total() {
        return total;
    }

    /** No more bytes come; the file, if there is one, says so. */
    synchronized void finish() {
        FileChannel open = channel;
        if (open != null && open.isOpen()) {
            try (open) {
                if (!isBroken()) {
                    writeFully(open, layout.header(total), 0);
                }
            } catch (IOException noRoom) {
                breakOff(noRoom);
            }
        }
        room.settle(open == null ? 0 : length);
    }
}
