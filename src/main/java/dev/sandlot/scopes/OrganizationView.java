package dev.sandlot.scopes;

import dev.sandlot.auth.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** An organization on the wire. Nobody makes one, so its times say nothing; how long environments live is the server's to say. */
public record OrganizationView(
        UUID id,
        String name,
        String key,
        long effectiveMaxSandboxRuntimeSeconds,
        String maxSandboxRuntimeSourceLevel,
        long effectiveDefaultSandboxRuntimeSeconds,
        String defaultSandboxRuntimeSourceLevel,
        long platformMaxSandboxRuntimeSeconds,
        long platformDefaultSandboxRuntimeSeconds,
        Instant createdAt,
        Instant updatedAt) {
    private static final String SOURCE = "platform";

    static OrganizationView of(String name, Duration lifetimeDefault, Duration lifetimeMax) {
        return new OrganizationView(
                WorkspaceId.orgId(name),
                name,
                name,
                lifetimeMax.toSeconds(),
                SOURCE,
                lifetimeDefault.toSeconds(),
                SOURCE,
                lifetimeMax.toSeconds(),
                lifetimeDefault.toSeconds(),
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
