package dev.sandlot.environment;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.task.TaskRef;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a provision.
 *
 * @param taskRef as it was asked for
 * @param inputs fill in the instruction's placeholders
 * @param lifetime as it was asked for; the configured maximum applies later
 */
public record ProvisionRequest(
        TaskRef taskRef,
        Map<String, String> inputs,
        @Nullable String projectId,
        List<String> secretIds,
        Optional<Duration> lifetime) {
    private static final int PROJECT_ID_MAX = 1024;
    private static final int INPUTS_MAX = 1000;
    private static final int SECRETS_MAX = 64;

    /** Collects what is wrong; the caller throws it together with faults of its own. */
    static Optional<ProvisionRequest> read(JsonBody body, Faults faults) {
        String text = body.requiredString("task_ref");
        Optional<TaskRef> ref = TaskRef.parse(text);
        if (ref.isEmpty() && !text.isEmpty()) {
            faults.badValue("Must be [org/]name[@version]", "body", "task_ref");
        }
        body.requireStorable("inputs", "project_id");
        Map<String, String> inputs = inputs(body.object("inputs"), faults);
        String projectId = body.string("project_id").orElse(null);
        if (projectId != null && projectId.length() > PROJECT_ID_MAX) {
            faults.badValue("Must be at most " + PROJECT_ID_MAX + " characters", "body", "project_id");
        }
        List<String> secretIds = body.stringList("secret_ids", SECRETS_MAX);
        long seconds = body.integer("timeout_sec", 1, Integer.MAX_VALUE, 0);
        Optional<Duration> lifetime = seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
        return ref.map(known -> new ProvisionRequest(known, inputs, projectId, secretIds, lifetime));
    }

    private static Map<String, String> inputs(Optional<JsonObject> object, Faults faults) {
        Map<String, String> inputs = new HashMap<>();
        if (object.isPresent() && object.get().size() > INPUTS_MAX) {
            faults.badValue("Must have at most " + INPUTS_MAX + " members", "body", "inputs");
            return inputs;
        }
        object.ifPresent(members -> members.forEach((name, value) ->
                inputs.put(name, value instanceof JsonString string ? string.getString() : value.toString())));
        return inputs;
    }
}
