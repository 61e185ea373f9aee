package dev.sandlot.image;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
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
    public ImageDefaults {
        env = Map.copyOf(env);
        start = List.copyOf(start);
    }

    /** Reads the configuration's {@code config} member; what does not make sense there is left out. */
    static ImageDefaults parse(String configuration) throws ImageException {
        try (JsonReader reader = Json.createReader(new StringReader(configuration))) {
            JsonValue config = reader.readObject().getOrDefault("config", JsonValue.EMPTY_JSON_OBJECT);
            return of(config instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT);
        } catch (JsonException malformed) {
            throw new ImageException("The image's configuration is not JSON", malformed);
        }
    }

    private static ImageDefaults of(JsonObject config) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String variable : strings(config, "Env")) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                env.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        List<String> start = new ArrayList<>(strings(config, "Entrypoint"));
        start.addAll(strings(config, "Cmd"));
        return new ImageDefaults(
                env, string(config, "User"), string(config, "WorkingDir").filter(path -> path.startsWith("/")), start);
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
