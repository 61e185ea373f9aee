package dev.sandlot.output;

import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads an output as text from an offset on, piece by piece, and goes on where it stopped when there is more. It holds
 * one piece at most, however far the output is ahead of it.
 */
public final class OutputReader {
    /** With what an event has around it and a few escapes it still goes out in one write, which takes 32 KiB. */
    private static final int PIECE_MAX = 30 * 1024;

    private final OutputStreamKind stream;
    private final KeptOutput output;
    private long at;

    /** {@code from}: offset of the first byte to read. */
    public OutputReader(OutputStreamKind stream, KeptOutput output, long from) {
        this.stream = stream;
        this.output = output;
        this.at = from;
    }

    /** A text, and the offset in the stream, in bytes, of its first one. A gap shows as a jump of the offset. */
    public record Piece(OutputStreamKind stream, long offset, String text) {}

    /** The offset of what comes next. */
    public long position() {
        return at;
    }

    /** The next piece, if there is one by now; {@code last}: nothing is added to the output any more. */
    public Optional<Piece> next(boolean last) throws IOException {
        Extent extent = output.extent();
        if (at >= extent.headEnd() && at < extent.tailStart()) {
            at = extent.tailStart();
        }
        long end = at < extent.headEnd() ? extent.headEnd() : extent.total();
        if (at >= end) {
            return Optional.empty();
        }
        byte[] bytes = output.bytes(at, Math.min(end, at + PIECE_MAX));
        // The rest of a character may follow, unless a gap does, or nothing.
        boolean whole = at + bytes.length == end && (last || end < extent.total());
        int length = whole ? bytes.length : OutputText.wholeCharacters(bytes);
        if (length == 0) {
            return Optional.empty();
        }
        Piece piece = new Piece(stream, at, new String(bytes, 0, length, StandardCharsets.UTF_8));
        at += length;
        return Optional.of(piece);
    }
}
