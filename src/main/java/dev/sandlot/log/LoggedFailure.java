package dev.sandlot.log;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A failure as a log may show it: by the names of its classes, where it happened, and with messages that tell nothing. */
final class LoggedFailure extends Throwable {
    private static final long serialVersionUID = 1L;
    private static final int DEPTH_MAX = 16;
    private static final int MESSAGE_MAX = 1000;

    private final String name;

    private LoggedFailure(String name, @Nullable String message, @Nullable Throwable cause, StackTraceElement[] where) {
        super(message, cause, false, true);
        this.name = name;
        setStackTrace(where);
    }

    /** The whole chain of causes. */
    static LoggedFailure of(Throwable failure) {
        return of(failure, SqlState.isInChain(failure), 0);
    }

    private static LoggedFailure of(Throwable failure, boolean isOfDatabase, int depth) {
        Throwable cause = failure.getCause();
        Optional<String> message = isOfDatabase
                ? stateOf(failure)
                : Optional.ofNullable(failure.getMessage()).map(LoggedFailure::plain);
        return new LoggedFailure(
                failure.getClass().getName(),
                message.orElse(null),
                cause == null || depth == DEPTH_MAX ? null : of(cause, isOfDatabase, depth + 1),
                failure.getStackTrace());
    }

    /** What is around a database's failure has its message in its own. */
    private static Optional<String> stateOf(Throwable failure) {
        return SqlState.isDatabase(failure) ? Optional.of(SqlState.of(failure).toString()) : Optional.empty();
    }

    /** On one line, and not too long: whatever is in a message, it can't pass for another line of the log. */
    static String plain(String message) {
        String line = message.replaceAll("\\R", " ").replaceAll("[\\p{Cc}\\p{Cs}]", "");
        return line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX);
    }

    /** Names the class that this failure stands for. */
    @SuppressWarnings("OverrideThrowableToString")
    @Override
    public String toString() {
        String message = getMessage();
        return message == null ? name : name + ": " + message;
    }
}
