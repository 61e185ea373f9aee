package dev.sandlot.environment;

import jakarta.json.JsonObject;
import jakarta.json.bind.annotation.JsonbNillable;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The part of an environment that a poller wants to know. */
@JsonbNillable
public record EnvironmentStatus(
        UUID id,
        String state,
        @Nullable Instant expiresAt,
        @Nullable String error,
        @Nullable String instruction,
        @Nullable Map<String, ServiceUrl> serviceUrls,
        @Nullable JsonObject taskVerification) {

    static EnvironmentStatus of(Environment environment, Instant now, URI base) {
        return new EnvironmentStatus(
                environment.id(),
                environment.stateAt(now).word(),
                environment.lifetime().expiresAt(),
                environment.status().error(),
                environment.assignment().instruction(),
                ServiceUrl.of(environment, now, base),
                EnvironmentView.json(environment.assignment().verification()));
    }
}
