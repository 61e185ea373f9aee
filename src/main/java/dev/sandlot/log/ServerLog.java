package dev.sandlot.log;

import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one way to a logger: each of its lines begins with the id of the request that its thread works for, and its trace
 * where the client has named one.
 */
public final class ServerLog {
    private ServerLog() {}

    /** The logger of that class. */
    public static Logger of(Class<?> owner) {
        Logger logger = Logger.getLogger(owner.getName());
        logger.setFilter(ServerLog::tag);
        return logger;
    }

    /** Lets everything pass. Liberty's loggers ask twice for a line. */
    private static boolean tag(LogRecord line) {
        String tag = tag(Request.current());
        String message = String.valueOf(line.getMessage());
        if (!message.startsWith(tag)) {
            line.setMessage(tag + message);
        }
        return true;
    }

    private static String tag(@Nullable Request request) {
        if (request == null || request.id() == null) {
            return "";
        }
        return request.traceId() == null
                ? "[" + request.id() + "] "
                : "[" + request.id() + " " + request.traceId() + "] ";
    }
}
