package dev.sandlot.image;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image says of the commands that are run in it (OCI image specification, "Image Configuration").
 *
 * @param env variables of every command
 * @param user who runs it; empty: root
 * @param workdir absolute; where it starts
 * @param start what the image runs by itself: its entry point with that one's arguments; empty: nothing
 */
public record ImageDefaults(
        Map<String, String> env, Optional<String> user, Optional<String> workdir, List<String> start) {
    /** With what a task and a request may add, a command has no more variables than a keeper takes. */
    private static final int ENV_MAX = 64;

    private static final int ENV_CHARS_MAX = 64 << 10;
    private static final int START_CHARS_MAX = 16 << 10;
    private static final int WORKDIR_MAX = 1024;

    public ImageDefaults {
        env = Map.copyOf(env);
        start = List.copyOf(start);
    }

    /**
     * Reads the configuration's {@code config} member; what does not make sense there is left out. But a user that is none
     * fails the image, for without one commands would run as root, and so does what is too long to be kept.
     */
    static ImageDefaults parse(String configuration) throws ImageException {
        return of(config(configuration));
    }

    private static JsonObject config(String configuration) throws ImageException {
        try (JsonReader reader = Json.createReader(new StringReader(configuration))) {
            JsonValue config = reader.readObject().getOrDefault("config", JsonValue.EMPTY_JSON_OBJECT);
            return config instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        } catch (RuntimeException malformed) {
            // The parser has others than its own for what is nested too deep, or a number of too many digits.
            throw new ImageException("The image's configuration is not JSON", malformed);
        }
    }

    private static ImageDefaults of(JsonObject config) throws ImageException {
        Map<String, String> env = new LinkedHashMap<>();
        List<String> variables = strings(config, "Env");
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                env.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        if (env.size() > ENV_MAX || chars(variables) > ENV_CHARS_MAX) {
            throw new ImageException("The image has more than " + ENV_MAX + " variables, or 64 KiB of them");
        }
        List<String> start = new ArrayList<>(strings(config, "Entrypoint"));
        start.addAll(strings(config, "Cmd"));
        if (chars(start) > START_CHARS_MAX) {
            throw new ImageException("The image's entry point and command are longer than 16 KiB");
        }
        return new ImageDefaults(env, user(config), workdir(config), start);
    }

    /** Each counts one more, for what stands between them. */
    private static long chars(List<String> words) {
        return words.stream().mapToLong(word -> word.length() + 1L).sum();
    }

    private static Optional<String> workdir(JsonObject config) {
        return string(config, "WorkingDir").filter(path -> path.startsWith("/") && path.length() <= WORKDIR_MAX);
    }

    private static Optional<String> user(JsonObject config) throws ImageException {
        JsonValue user = config.getOrDefault("User", JsonValue.NULL);
        if (user == JsonValue.NULL
                || (user instanceof JsonString none && none.getString().isEmpty())) {
            return Optional.empty();
        }
        if (user instanceof JsonString name && CommandUser.isOne(name.getString())) {
            return Optional.of(name.getString());
        }
        throw new ImageException("The image's user must be " + CommandUser.FORM);
    }

    private static Optional<String> string(JsonObject config, String name) {
        return config.get(name) instanceof JsonString string
                        && !string.getString().isEmpty()
                        && string.getString().indexOf('\0') < 0
                ? Optional.of(string.getString())
                : Optional.empty();
    }

    private static List<String> strings(JsonObject config, String name) {
        if (!(config.get(name) instanceof JsonArray array)) {
            return List.of();
        }
        return array.stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .filter(text -> text.indexOf('\0') < 0)
                .toList();
    }
}
