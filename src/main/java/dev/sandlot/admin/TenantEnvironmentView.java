package dev.sandlot.admin;

import dev.sandlot.environment.Environment;
import jakarta.json.bind.annotation.JsonbNillable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An environment as the operator sees it: whose it is, and nothing of what is done in it. */
@JsonbNillable
public record TenantEnvironmentView(
        UUID id,
        String org,
        String workspace,
        String taskRef,
        String state,
        Instant createdAt,
        Instant expiresAt,
        String createdBy,
        @Nullable String error) {
    static TenantEnvironmentView of(Environment environment, Instant now) {
        return new TenantEnvironmentView(
                environment.id(),
                environment.workspace().org(),
                environment.workspace().workspace(),
                environment.assignment().taskRef(),
                environment.stateAt(now).word(),
                environment.lifetime().createdAt(),
                environment.lifetime().expiresAt(),
                environment.owner().createdBy(),
                environment.status().error());
    }
}
