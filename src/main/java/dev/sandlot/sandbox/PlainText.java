package dev.sandlot.sandbox;

/**
 * Text that came out of a sandbox, fit for logs, terminals and databases: without control characters, and without halves
 * of surrogate pairs.
 */
public final class PlainText {
    private PlainText() {}

    /** The text as one line; tabulators stay. */
    public static String line(String printed) {
        return keep(printed, false);
    }

    /** Several lines; tabulators and ends of lines stay. */
    public static String lines(String printed) {
        return keep(printed, true);
    }

    private static String keep(String printed, boolean endsOfLines) {
        return printed.codePoints()
                .filter(one -> one == '\t' || (endsOfLines && one == '\n') || isPlain(one))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPlain(int one) {
        return !Character.isISOControl(one) && Character.getType(one) != Character.SURROGATE;
    }
}
