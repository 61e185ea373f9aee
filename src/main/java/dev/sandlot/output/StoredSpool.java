package dev.sandlot.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A spooled output that has ended. Its file is opened for each use: records live for days, descriptors should not. When
 * the file has been removed there are no bytes any more.
 */
record StoredSpool(Path file, SpoolLayout layout, Extent extent) implements KeptOutput {
    /** {@code total}: the output's size as its record has it. */
    static StoredSpool open(Path file, long total) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(SpoolLayout.HEADER);
            open.read(header, 0);
            if (!SpoolLayout.isHeader(header.flip())) {
                // Its writer died, or ran out of room, before anything of it was there.
                return new StoredSpool(file, SpoolLayout.of(2), new Extent(0, total, total));
            }
            SpoolLayout layout = SpoolLayout.parse(header);
            long finalTotal = SpoolLayout.parseTotal(header);
            return new StoredSpool(
                    file, layout, finalTotal > 0 ? layout.extent(finalTotal) : cutOff(layout, open.size(), total));
        }
    }

    /** The extent of a spool whose writer ran out of room, or died: the head is there as far as the file goes. */
    private static Extent cutOff(SpoolLayout layout, long fileSize, long total) {
        long there = Math.min(Math.max(0, fileSize - SpoolLayout.HEADER), layout.headLimit());
        return new Extent(Math.min(there, total), total, total);
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        try (Reading open = open()) {
            return open.read(offset, into);
        }
    }

    @Override
    public Reading open() throws IOException {
        try {
            FileChannel open = FileChannel.open(file, StandardOpenOption.READ);
            return new Reading() {
                @Override
                public int read(long offset, ByteBuffer into) throws IOException {
                    return StoredSpool.read(open::read, layout, extent, offset, into);
                }

                @Override
                public void close() throws IOException {
                    open.close();
                }
            };
        } catch (NoSuchFileException gone) {
            return (offset, into) -> 0;
        }
    }

    /** A source of bytes, by their place. */
    @FunctionalInterface
    interface Places {
        int read(ByteBuffer into, long place) throws IOException;
    }

    /** Reads at {@code offset} as far as bytes are kept and lie side by side. */
    static int read(Places places, SpoolLayout layout, Extent extent, long offset, ByteBuffer into) throws IOException {
        boolean inHead = offset < extent.headEnd();
        long end = inHead ? extent.headEnd() : extent.total();
        if (offset >= end || (!inHead && offset < extent.tailStart())) {
            return 0;
        }
        int part = layout.contiguous(offset, Math.min(into.remaining(), end - offset));
        int count = Math.max(0, places.read(into.slice(into.position(), part), layout.place(offset)));
        into.position(into.position() + count);
        return count;
    }
}
