package dev.sandlot.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the token of an environment comes from. */
final class TokenOption {
    @Option(
            names = "--execute-token",
            paramLabel = "FILE",
            description =
                    "A file with the environment's token; else $SANDLOT_ENVIRONMENT_TOKEN, else what create has kept.")
    private @Nullable Path file;

    /** Throws {@link Failure} when there is none. */
    RemoteCommand.Target target(Session session, UUID environment) {
        return new RemoteCommand.Target(environment, token(session, environment));
    }

    private String token(Session session, UUID environment) {
        if (file != null) {
            return read(file);
        }
        String variable = session.variables().getOrDefault("SANDLOT_ENVIRONMENT_TOKEN", "");
        return variable.isEmpty()
                ? session.keeping()
                        .token(environment)
                        .orElseThrow(() -> new Failure(
                                Failure.FORBIDDEN,
                                "The token of " + environment + " is not kept here: --execute-token, or"
                                        + " SANDLOT_ENVIRONMENT_TOKEN"))
                : variable;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
