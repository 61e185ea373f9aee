package dev.sandlot.log;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of a request: echoed to the client, and in every log line of that request. */
public final class RequestId {
    /** In which a client names it, and is told it. */
    public static final String HEADER = "X-Request-Id";

    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private RequestId() {}

    /** The client's own id when it is fit for a log line, else a new one. */
    public static String accept(@Nullable String proposed) {
        return proposed != null && ACCEPTABLE.matcher(proposed).matches()
                ? proposed
                : UUID.randomUUID().toString();
    }

    /** The current request's id, or null outside of any. */
    public static @Nullable String current() {
        Request request = Request.current();
        return request == null ? null : request.id();
    }
}
