package dev.sandlot.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** All kept bytes of an output as one file, as it stood at one moment: where a part is missing, a marker line stands for it. */
public final class OutputContent {
    private static final int PIECE = 64 * 1024;

    private final KeptOutput output;
    private final Extent extent;
    private final byte[] marker;

    /** {@code output} as it stands now. */
    public OutputContent(KeptOutput output) {
        this.output = output;
        this.extent = output.extent();
        this.marker = extent.missing() == 0
                ? new byte[0]
                : ("\n" + OutputText.marker(extent.missing()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** In bytes, the marker included. */
    public long length() {
        return extent.headEnd() + marker.length + extent.total() - extent.tailStart();
    }

    /** Writes the bytes of [from, to). */
    public void write(long from, long to, OutputStream out) throws IOException {
        long markerEnd = extent.headEnd() + marker.length;
        copy(from, Math.min(to, extent.headEnd()), out);
        int first = (int) Math.max(0, from - extent.headEnd());
        int last = (int) Math.min(marker.length, to - extent.headEnd());
        if (first < last) {
            out.write(marker, first, last - first);
        }
        long shift = extent.tailStart() - markerEnd;
        copy(Math.max(from, markerEnd) + shift, to + shift, out);
    }

    private void copy(long from, long to, OutputStream out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long at = from; at < to; ) {
            int count = output.read(at, piece.clear().limit((int) Math.min(PIECE, to - at)));
            if (count == 0) {
                throw new IOException("an output that was kept is gone");
            }
            out.write(piece.array(), 0, count);
            at += count;
        }
    }
}
