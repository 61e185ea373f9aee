package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is kept of a user's between two commands: the login, and the tokens of environments, which the server shows once.
 * Only the user may read it.
 */
final class Keeping {
    private static final String LOGIN = "login.json";
    private static final String TOKENS = "environments";

    private final Path folder;

    Keeping(Path folder) {
        this.folder = folder;
    }

    /** {@code $SANDLOT_CONFIG_DIR}, or {@code sandlot} in {@code $XDG_CONFIG_HOME} or in {@code ~/.config}. */
    static Path folder(Map<String, String> variables, Path home) {
        String own = variables.getOrDefault("SANDLOT_CONFIG_DIR", "");
        if (!own.isEmpty()) {
            return Path.of(own);
        }
        String xdg = variables.getOrDefault("XDG_CONFIG_HOME", "");
        return (xdg.isEmpty() ? home.resolve(".config") : Path.of(xdg)).resolve("sandlot");
    }

    Optional<JsonObject> login() {
        Path file = folder.resolve(LOGIN);
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return Optional.of(reader.readObject());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | JsonException unfit) {
            throw new Failure(Failure.FAILED, file + " can't be read; log in again, or remove it");
        }
    }

    /** Returns where it is. */
    Path keepLogin(JsonObject login) {
        return write(folder.resolve(LOGIN), login.toString());
    }

    /** The token of an environment that was made here. */
    Optional<String> token(UUID environment) {
        try {
            return Optional.of(Files.readString(file(environment)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** In a file of its own: commands that run at once lose none. */
    void keepToken(UUID environment, String token) {
        write(file(environment), token);
    }

    void forgetToken(UUID environment) {
        try {
            Files.deleteIfExists(file(environment));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Path file(UUID environment) {
        return folder.resolve(TOKENS).resolve(environment.toString());
    }

    /** Beside it and renamed: who reads meanwhile sees the old one or the new one. */
    private static Path write(Path file, String content) {
        try {
            Path folder = requireNonNull(file.getParent());
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path made = Files.createTempFile(
                    folder,
                    "new",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(made, content);
            return Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
