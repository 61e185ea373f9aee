package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** What a user is told of in one sentence, and the exit code for scripts. */
final class Failure extends RuntimeException {
    static final int FAILED = 1;
    static final int FORBIDDEN = 3;
    static final int NOT_FOUND = 4;
    static final int UNREACHABLE = 5;

    private static final long serialVersionUID = 1L;
    /** As the system says ENOSPC and EDQUOT; there is no class for them. */
    private static final Pattern FULL = Pattern.compile("No space left on device|[Qq]uota exceeded");

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
        if (failure instanceof UncheckedIOException unchecked) {
            return of(requireNonNull(unchecked.getCause()));
        }
        if (failure instanceof IOException local) {
            return ofFiles(local);
        }
        String message = failure.getMessage();
        return new Failure(FAILED, failure.getClass().getSimpleName() + (message == null ? "" : ": " + message));
    }

    /** What the files of this machine say. */
    private static Failure ofFiles(IOException failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        String name = failure instanceof FileSystemException about ? Shown.name(String.valueOf(about.getFile())) : "";
        if (FULL.matcher(message).find()) {
            return new Failure(
                    FAILED, "There is no space left on this machine" + (name.isEmpty() ? "" : " for " + name));
        }
        if (failure instanceof NoSuchFileException) {
            return new Failure(NOT_FOUND, "There is no file " + name + " on this machine");
        }
        if (failure instanceof AccessDeniedException) {
            return new Failure(FAILED, "You have no permission to do this with " + name + " on this machine");
        }
        return new Failure(FAILED, message.isEmpty() ? failure.getClass().getSimpleName() : Shown.name(message));
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
