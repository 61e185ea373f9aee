package dev.sandlot.log;

import java.io.IOException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The one way in which failures get into a log. A database's messages may hold the values of a statement, which are
 * tenants' commands and outputs: of such a failure no message is shown, but SQLSTATEs and where it happened.
 */
public final class Failures {
    private static final int DEPTH_MAX = 16;

    private Failures() {}

    /** Logs the message with the failure. */
    public static void log(Logger logger, Level level, Throwable failure, Supplier<String> message) {
        if (logger.isLoggable(level)) {
            logger.logp(level, logger.getName(), null, LoggedFailure.of(failure), message);
        }
    }

    /** The failure in a sentence for the operator. */
    public static String sentence(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < DEPTH_MAX; depth++) {
            if (SqlState.isDatabase(cause)) {
                return SqlState.of(cause).sentence();
            }
            if (cause instanceof IllegalArgumentException || cause instanceof IOException || cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null || SqlState.isInChain(cause) ? cause.getClass().getName() : LoggedFailure.plain(message);
    }
}
