package dev.sandlot.image;

import java.util.regex.Pattern;

/**
 * Who runs commands, as a task or an image says it: {@code user[:group]}. Numbers are those of a sandbox's own range: -1
 * and what equals it in 32 bits mean "no change" to the kernel, and would leave a command the rights of who starts it.
 */
public final class CommandUser {
    /** What it must be, in words. */
    public static final String FORM = "user or user:group, as names or as numbers up to 65535";

    private static final int LENGTH_MAX = 256;
    private static final int ID_MAX = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,126}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");

    private CommandUser() {}

    /** Whether the text is one. */
    public static boolean isOne(String text) {
        if (text.length() > LENGTH_MAX) {
            return false;
        }
        int colon = text.indexOf(':');
        return colon < 0 ? isName(text) : isName(text.substring(0, colon)) && isName(text.substring(colon + 1));
    }

    private static boolean isName(String text) {
        return NUMBER.matcher(text).matches()
                ? Integer.parseInt(text) <= ID_MAX
                : NAME.matcher(text).matches();
    }
}
