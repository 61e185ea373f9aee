package dev.sandlot.log;

import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The trace that a request is a part of, as its client names it (W3C Trace Context, 3.2). */
public final class TraceId {
    /** In which a client names it. */
    public static final String HEADER = "traceparent";

    /** Version, trace, parent, flags; what a later version has behind them begins with a dash, too. */
    private static final Pattern PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

    private static final String VERSION = "00";
    private static final String NO_VERSION = "ff";
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_PARENT = "0".repeat(16);

    private TraceId() {}

    /** The trace that these headers name; null when none does, or not one alone and as it has to be. */
    public static @Nullable String accept(Iterator<String> headers) {
        if (!headers.hasNext()) {
            return null;
        }
        Matcher parent = PARENT.matcher(headers.next());
        if (headers.hasNext() || !parent.matches() || !isKnown(parent.group(1), parent.group(4))) {
            return null;
        }
        String trace = parent.group(2);
        return NO_TRACE.equals(trace) || NO_PARENT.equals(parent.group(3)) ? null : trace;
    }

    private static boolean isKnown(String version, @Nullable String more) {
        return !NO_VERSION.equals(version) && (more == null || !VERSION.equals(version));
    }

    /** The current request's trace, or null where its client has named none. */
    public static @Nullable String current() {
        Request request = Request.current();
        return request == null ? null : request.traceId();
    }
}
