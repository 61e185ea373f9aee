package dev.sandlot.sandbox;

import java.util.Locale;

/** The stream that a piece of output was written to. */
public enum OutputStreamKind {
    /** Standard output and standard error through one pipe. */
    OUTPUT,
    STDOUT,
    STDERR;

    /** The word on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
