package dev.sandlot.records;

/** What the record of an execution takes in the database, in bytes. */
public final class RecordSize {
    /** Beside its texts: its row, its places in indexes, and its key's row. */
    public static final long FIXED = 1024;

    private RecordSize() {}

    /** The size of a record without its output. */
    public static long of(Execution execution) {
        return FIXED + utf8Length(execution.command()) + utf8Length(execution.requestedBy());
    }

    private static long utf8Length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a pair stands for two bytes of four.
            length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return length;
    }
}
