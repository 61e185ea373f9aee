package dev.sandlot.environment;

import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Services as they lie in the database: JSON. */
final class StoredServices {
    private StoredServices() {}

    static @Nullable String write(List<TaskService> services) {
        if (services.isEmpty()) {
            return null;
        }
        JsonArrayBuilder all = Json.createArrayBuilder();
        for (TaskService service : services) {
            JsonObjectBuilder one = Json.createObjectBuilder()
                    .add("name", service.name())
                    .add("port", service.port())
                    .add("start_timeout_sec", service.startTimeout().toSeconds())
                    .add("restart", service.restart().word());
            service.command().ifPresent(command -> one.add("command", command));
            service.path().ifPresent(path -> one.add("path", path));
            all.add(one);
        }
        return all.build().toString();
    }

    static List<TaskService> read(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readArray().getValuesAs(StoredServices::service);
        }
    }

    private static TaskService service(JsonValue value) {
        JsonObject stored = value.asJsonObject();
        return new TaskService(
                stored.getString("name"),
                Optional.ofNullable(stored.getString("command", null)),
                stored.getInt("port"),
                Optional.ofNullable(stored.getString("path", null)),
                Duration.ofSeconds(stored.getInt("start_timeout_sec")),
                Restart.parse(stored.getString("restart")).orElseThrow());
    }
}
