package dev.sandlot.environment;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.bind.annotation.JsonbNillable;
import java.io.StringReader;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An environment on the wire. {@code executeToken} is there in the answer to its provision only. */
@JsonbNillable
public record EnvironmentView(
        UUID id,
        String taskRef,
        String state,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable String instruction,
        @Nullable Map<String, ServiceUrl> serviceUrls,
        @JsonbNillable(false) @Nullable String executeToken,
        @Nullable JsonObject taskVerification,
        @Nullable String error,
        @JsonbNillable(false) @Nullable String projectId) {

    static EnvironmentView of(Environment environment, Instant now, URI base, @Nullable String executeToken) {
        return new EnvironmentView(
                environment.id(),
                environment.assignment().taskRef(),
                environment.stateAt(now).word(),
                environment.lifetime().createdAt(),
                environment.lifetime().expiresAt(),
                environment.assignment().instruction(),
                ServiceUrl.of(environment, now, base),
                executeToken,
                json(environment.assignment().verification()),
                environment.status().error(),
                environment.owner().projectId());
    }

    static @Nullable JsonObject json(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
