package dev.sandlot.environment;

import dev.sandlot.sandbox.PlainText;

/** An event as the environment's log keeps it: without control characters; of a long one the first line and the last ones. */
final class EventText {
    /** What the column takes, and a little less. */
    static final int LENGTH_MAX = 2000;

    private static final String LEFT_OUT = "\n    …";

    private EventText() {}

    static String of(String message) {
        String text = PlainText.lines(message);
        if (text.length() <= LENGTH_MAX) {
            return text;
        }
        int firstEnd = text.indexOf('\n');
        if (firstEnd < 0 || firstEnd > LENGTH_MAX / 2) {
            return text.substring(0, whole(text, LENGTH_MAX));
        }
        int from = text.length() - (LENGTH_MAX - firstEnd - LEFT_OUT.length());
        int lineStart = text.indexOf('\n', from);
        // A last line that is longer than all that may be shown: its end counts.
        int rest = lineStart < 0 || lineStart == text.length() - 1 ? whole(text, from) : lineStart;
        return text.substring(0, firstEnd) + LEFT_OUT + text.substring(rest);
    }

    /** Never between the halves of a surrogate pair. */
    private static int whole(String text, int at) {
        return Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }
}
