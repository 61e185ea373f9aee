package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.SandboxPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Paths as a query has them, for text does not say all of each. */
public final class EncodedPath {
    private static final int HEX = 16;

    private EncodedPath() {}

    /** The bytes of a text with percent escapes (RFC 3986, 2.1); a plus is a space, as forms write it. */
    static byte[] decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            int high = character == '%' && at + 2 < text.length() ? Character.digit(text.charAt(at + 1), HEX) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), HEX);
            if (low >= 0) {
                bytes.write(high * HEX + low);
                at += 3;
            } else {
                bytes.writeBytes(
                        Character.toString(character == '+' ? ' ' : character).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(character);
            }
        }
        return bytes.toByteArray();
    }

    /** The path that is meant; empty where that can't be one. */
    public static Optional<SandboxPath> read(String encoded) {
        return SandboxPath.read(decoded(encoded));
    }

    /** Empty where its text says all of it. */
    static Optional<String> of(SandboxPath path) {
        if (path.isText()) {
            return Optional.empty();
        }
        StringBuilder encoded = new StringBuilder();
        for (byte one : path.toBytes()) {
            encoded.append(String.format(Locale.ROOT, "%%%02X", one & 0xff));
        }
        return Optional.of(encoded.toString());
    }

    /** Its text, or where that does not say all of it, what a query takes. */
    static String whole(SandboxPath path) {
        return of(path).orElseGet(path::text);
    }
}
