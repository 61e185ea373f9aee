package dev.sandlot.log;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The one way to a logger: each of its lines begins with the id of the request that its thread works for. */
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
        String id = RequestId.current();
        if (id != null) {
            String tag = "[" + id + "] ";
            String message = String.valueOf(line.getMessage());
            if (!message.startsWith(tag)) {
                line.setMessage(tag + message);
            }
        }
        return true;
    }
}
