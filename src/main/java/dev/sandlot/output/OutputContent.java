package dev.sandlot.output;

import dev.sandlot.output.KeptOutput.Reading;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * All kept bytes of an output as one file, as it stood at one moment: where a part is missing, a marker line stands for
 * it. Of an output that has gone the marker is all there is.
 */
public final class OutputContent {
    private static final int PIECE = 64 * 1024;

    private final KeptOutput output;
    private final Extent extent;
    private final byte[] marker;

    /** {@code output} as it stands now. */
    public OutputContent(KeptOutput output) {
        this.output = output;
        this.extent = output.extent();
        this.marker = extent.missing() == 0 ? new byte[0] : marker(extent.headEnd(), extent.missing());
    }

    private static byte[] marker(long before, long missing) {
        String lineEnd = before == 0 ? "" : "\n";
        return (lineEnd + OutputText.marker(missing) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** In bytes, the marker included. */
    public long length() {
        return extent.headEnd() + marker.length + extent.total() - extent.tailStart();
    }

    /** Writes the bytes of [from, to). Of those that have gone since only the whole can tell, with a marker. */
    public void write(long from, long to, OutputStream out) throws IOException {
        try (Reading open = output.open()) {
            write(open, from, to, out);
        }
    }

    private void write(Reading open, long from, long to, OutputStream out) throws IOException {
        boolean whole = from == 0 && to == length();
        long markerEnd = extent.headEnd() + marker.length;
        long headAt = copy(open, from, Math.min(to, extent.headEnd()), out);
        if (headAt < Math.min(to, extent.headEnd())) {
            leaveOut(whole, headAt, out);
            return;
        }
        int first = (int) Math.max(0, from - extent.headEnd());
        int last = (int) Math.min(marker.length, to - extent.headEnd());
        if (first < last) {
            out.write(marker, first, last - first);
        }
        long shift = extent.tailStart() - markerEnd;
        long tailAt = copy(open, Math.max(from, markerEnd) + shift, to + shift, out);
        if (tailAt < to + shift) {
            leaveOut(whole, tailAt, out);
        }
    }

    /** All from that offset on has gone. A part of a known size can only end there. */
    private void leaveOut(boolean whole, long at, OutputStream out) throws IOException {
        if (whole) {
            out.write(marker(at, extent.total() - at));
        }
    }

    /** Returns how far it came. */
    private static long copy(Reading open, long from, long to, OutputStream out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long at = from;
        while (at < to) {
            int count = open.read(at, piece.clear().limit((int) Math.min(PIECE, to - at)));
            if (count == 0) {
                break;
            }
            out.write(piece.array(), 0, count);
            at += count;
        }
        return at;
    }
}
