package dev.sandlot.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A spooled output that has ended. Its file is opened for each read: records live for days, descriptors should not. */
record StoredSpool(Path file, SpoolLayout layout, Extent extent) implements KeptOutput {
    /** {@code total}: the output's size as its record has it. */
    static StoredSpool open(Path file, long total) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(SpoolLayout.HEADER);
            open.read(header, 0);
            if (!SpoolLayout.isHeader(header.flip())) {
                throw new IOException("not an output's file");
            }
            SpoolLayout layout = SpoolLayout.parse(header);
            long finalTotal = SpoolLayout.parseTotal(header);
            return new StoredSpool(
                    file, layout, finalTotal > 0 ? layout.extent(finalTotal) : cutOff(layout, open.size(), total));
        }
    }

    /** Its writer ran out of room, or died: the head is there as far as the file goes. */
    private static Extent cutOff(SpoolLayout layout, long fileSize, long total) {
        long there = Math.min(Math.max(0, fileSize - SpoolLayout.HEADER), layout.headLimit());
        return new Extent(Math.min(there, total), total, total);
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(open, layout, extent, offset, into);
        }
    }

    /** Reads at {@code offset} as far as bytes are kept and lie side by side. */
    static int read(FileChannel file, SpoolLayout layout, Extent extent, long offset, ByteBuffer into)
            throws IOException {
        boolean inHead = offset < extent.headEnd();
        long end = inHead ? extent.headEnd() : extent.total();
        if (offset >= end || (!inHead && offset < extent.tailStart())) {
            return 0;
        }
        int part = layout.contiguous(offset, Math.min(into.remaining(), end - offset));
        int count = Math.max(0, file.read(into.slice(into.position(), part), layout.place(offset)));
        into.position(into.position() + count);
        return count;
    }
}
