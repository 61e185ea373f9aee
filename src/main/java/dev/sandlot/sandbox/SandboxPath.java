package dev.sandlot.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A path in a sandbox: bytes, which need not be text in any encoding.
 *
 * @param bytes one character for each byte
 */
public record SandboxPath(String bytes) {
    /** In bytes; the kernel takes no longer ones. */
    public static final int MOST = 4095;

    /** What is said of what can't be one. */
    public static final String FORM = "Must have 1 to " + MOST + " bytes and no NUL";

    public SandboxPath {
        if (!isGood(bytes)) {
            throw new IllegalArgumentException("a path has 1 to " + MOST + " bytes and no NUL");
        }
    }

    /** Whether it may be one. */
    public static boolean isGood(String bytes) {
        return !bytes.isEmpty()
                && bytes.length() <= MOST
                && bytes.chars().allMatch(character -> character > 0 && character <= 0xff);
    }

    /** That path; empty for what may be none. */
    public static Optional<SandboxPath> read(byte[] bytes) {
        return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1))
                .filter(SandboxPath::isGood)
                .map(SandboxPath::new);
    }

    public static SandboxPath of(byte[] bytes) {
        return new SandboxPath(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    public static SandboxPath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toBytes() {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** For people: what is not UTF-8 becomes U+FFFD. */
    public String text() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }

    /** Whether its text says all of it. */
    public boolean isText() {
        return Arrays.equals(text().getBytes(StandardCharsets.UTF_8), toBytes());
    }

    /** What comes behind its last slash. */
    public SandboxPath name() {
        int end = bytes.length();
        while (end > 1 && bytes.charAt(end - 1) == '/') {
            end--;
        }
        String name = bytes.substring(bytes.lastIndexOf('/', end - 2) + 1, end);
        return name.isEmpty() ? this : new SandboxPath(name);
    }
}
