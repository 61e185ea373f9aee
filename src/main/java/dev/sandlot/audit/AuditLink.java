package dev.sandlot.audit;

import dev.sandlot.auth.Sha256;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An entry in its place in the chain.
 *
 * @param text what the hash is made of, behind that of the entry before it
 * @param previous the hash before it; 64 zeros before the first
 */
record AuditLink(long seq, String text, String previous, String hash) {
    private static final Pattern LINE = Pattern.compile(
            "(\\{\"v\":\\d{1,9},\"seq\":(\\d{1,18}),.*),\"previous\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"}");

    /** The end of a chain, to which the next entry is linked. */
    record Head(long seq, String hash) {
        /** Before the first entry of all. */
        static final Head GENESIS = new Head(0, "0".repeat(64));
    }

    /** The entry as the next one. */
    static AuditLink after(Head head, AuditEntry entry) {
        String text = entry.text(head.seq() + 1);
        return new AuditLink(head.seq() + 1, text, head.hash(), hash(head.hash(), text));
    }

    private static String hash(String previous, String text) {
        return Sha256.of(previous + "\n" + text);
    }

    Head head() {
        return new Head(seq, hash);
    }

    /** Whether the hash is that of what is here. */
    boolean isWhole() {
        return hash.equals(hash(previous, text)) && text.matches("(?s)\\{\"v\":\\d{1,9},\"seq\":" + seq + ",.*");
    }

    /** A line of JSON: the entry's own text, with both hashes as its last members. */
    String line() {
        return text.substring(0, text.length() - 1) + ",\"previous\":\"" + previous + "\",\"hash\":\"" + hash + "\"}";
    }

    /** Reads such a line; empty when it is none. */
    static Optional<AuditLink> read(String line) {
        Matcher parts = LINE.matcher(line);
        return parts.matches()
                ? Optional.of(new AuditLink(
                        Long.parseLong(parts.group(2)), parts.group(1) + "}", parts.group(3), parts.group(4)))
                : Optional.empty();
    }
}
