package dev.sandlot.admission;

import java.util.Locale;
import java.util.Optional;

/** What a server takes of new work. */
public enum Mode {
    /** All. */
    OPEN,
    /** Nothing that begins: no environments and no commands. What runs goes on, and can be read and ended. */
    DRAIN,
    /** Nothing that changes anything. What runs goes on, and can be read. */
    READ_ONLY;

    /** The word on the wire and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of that word. */
    public static Optional<Mode> parse(String word) {
        for (Mode mode : values()) {
            if (mode.word().equals(word)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
