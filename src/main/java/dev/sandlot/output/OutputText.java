package dev.sandlot.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An output as text: UTF-8, what is none becomes U+FFFD, and a marker line stands for what is left out. */
public final class OutputText {
    private static final int SEQUENCE_MAX = 4;

    private OutputText() {}

    /** Whether the text of at most {@code limit} bytes leaves something out. */
    public static boolean truncates(Extent extent, long limit) {
        return extent.missing() > 0 || extent.total() > limit;
    }

    /** An output's text, and whether it leaves something out. */
    public record Shown(String text, boolean truncated) {}

    /** The text, of at most about {@code limit} bytes. */
    public static String of(KeptOutput output, long limit) throws IOException {
        return shown(output, limit).text();
    }

    /** The same. What goes while it is read is left out. */
    public static Shown shown(KeptOutput output, long limit) throws IOException {
        Extent extent = output.extent();
        if (truncates(extent, limit)) {
            return cut(output, extent, limit);
        }
        byte[] all = output.bytes(0, extent.total());
        return all.length == extent.total() ? new Shown(decode(all), false) : cut(output, extent, limit);
    }

    private static Shown cut(KeptOutput output, Extent extent, long limit) throws IOException {
        long headEnd = Math.min(extent.headEnd(), limit / 2);
        long kept = extent.missing() > 0 ? extent.tailStart() : headEnd;
        long tailStart = Math.max(kept, extent.total() - limit / 2);
        byte[] head = output.bytes(0, headEnd);
        byte[] tail = output.bytes(tailStart, extent.total());
        int headLength = wholeCharacters(head);
        int tailOffset = firstCharacter(tail);
        long leftOut = extent.total() - headLength - (tail.length - tailOffset);
        String start = new String(head, 0, headLength, StandardCharsets.UTF_8);
        String separator = start.isEmpty() || start.endsWith("\n") ? "" : "\n";
        String text = start + separator + marker(leftOut) + "\n"
                + new String(tail, tailOffset, tail.length - tailOffset, StandardCharsets.UTF_8);
        return new Shown(text, true);
    }

    /** The line that stands for what is left out. */
    public static String marker(long bytes) {
        return "[sandlot: " + bytes + " bytes left out]";
    }

    static String decode(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How many of the bytes are left when a character is cut off that the end has torn (RFC 3629). */
    static int wholeCharacters(byte[] bytes) {
        for (int back = 1; back <= Math.min(SEQUENCE_MAX, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xff;
            if (lead < 0x80) {
                return bytes.length;
            }
            if (lead >= 0xc0) {
                return sequenceLength(lead) > back ? bytes.length - back : bytes.length;
            }
        }
        return bytes.length;
    }

    private static int sequenceLength(int lead) {
        if (lead >= 0xf0) {
            return 4;
        }
        return lead >= 0xe0 ? 3 : 2;
    }

    private static int firstCharacter(byte[] bytes) {
        int skip = 0;
        while (skip < Math.min(SEQUENCE_MAX - 1, bytes.length) && (bytes[skip] & 0xc0) == 0x80) {
            skip++;
        }
        return skip;
    }
}
