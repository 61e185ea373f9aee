package dev.sandlot.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes an object in the one way that its hash is made of: members in their order, no white space, absent ones left out. */
final class CanonicalJson {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder text = new StringBuilder(512).append('{');

    CanonicalJson put(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            string(value);
        }
        return this;
    }

    CanonicalJson put(String name, @Nullable Number value) {
        if (value != null) {
            name(name);
            text.append(value.longValue());
        }
        return this;
    }

    CanonicalJson put(String name, @Nullable UUID value) {
        return put(name, value == null ? null : value.toString());
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append('"').append(name).append("\":");
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == '\u007f' || Character.isSurrogate(c)) {
                // Halves of pairs each by itself: any text has this form, and no database or terminal minds it.
                escape(c);
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private void escape(char c) {
        text.append("\\u")
                .append(HEX[c >> 12])
                .append(HEX[c >> 8 & 15])
                .append(HEX[c >> 4 & 15])
                .append(HEX[c & 15]);
    }

    String end() {
        return text.append('}').toString();
    }
}
