package dev.sandlot.request;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of the request that the current thread works for: echoed to the client, and in every log line of that request. */
public final class RequestId {
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

    private RequestId() {}

    /** The client's own id when it is fit for a log line, else a new one. */
    static String accept(@Nullable String proposed) {
        return proposed != null && ACCEPTABLE.matcher(proposed).matches()
                ? proposed
                : UUID.randomUUID().toString();
    }

    /** The current request's id, or null outside of any. */
    public static @Nullable String current() {
        return CURRENT.get();
    }

    /** Sets it for this thread; null clears it. */
    public static void set(@Nullable String id) {
        if (id == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(id);
        }
    }

    /** What a log line begins with. */
    public static String tag() {
        String id = CURRENT.get();
        return id == null ? "" : "[" + id + "] ";
    }
}
