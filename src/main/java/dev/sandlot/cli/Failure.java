package dev.sandlot.cli;

import java.io.IOException;
import picocli.CommandLine;

/** What a user is told of in one sentence, and the exit code for scripts. */
final class Failure extends RuntimeException {
    static final int FAILED = 1;
    static final int FORBIDDEN = 3;
    static final int NOT_FOUND = 4;
    static final int UNREACHABLE = 5;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    Failure(int exitCode, String sentence) {
        super(sentence, null, false, false);
        this.exitCode = exitCode;
    }

    /** The server's refusal with that status. */
    static Failure refusal(int status, String detail) {
        return switch (status) {
            case 401, 403 -> new Failure(FORBIDDEN, detail);
            case 404 -> new Failure(NOT_FOUND, detail);
            default -> new Failure(FAILED, detail);
        };
    }

    static Failure unreachable(String server, IOException why) {
        String reason = why.getMessage() == null ? "no connection" : why.getMessage();
        return new Failure(UNREACHABLE, server + " can't be reached: " + reason);
    }

    static Failure of(Exception failure) {
        if (failure instanceof Failure told) {
            return told;
        }
        String message = failure.getMessage();
        return new Failure(FAILED, failure.getClass().getSimpleName() + (message == null ? "" : ": " + message));
    }

    int exitCode() {
        return exitCode;
    }

    /** The sentence. */
    String sentence() {
        return String.valueOf(getMessage());
    }

    int tell(CommandLine line) {
        line.getErr().println(line.getColorScheme().errorText("sandlot: " + sentence()));
        return exitCode;
    }
}
