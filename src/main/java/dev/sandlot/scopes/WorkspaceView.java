package dev.sandlot.scopes;

import dev.sandlot.auth.WorkspaceId;
import jakarta.json.bind.annotation.JsonbProperty;
import java.time.Instant;
import java.util.UUID;

/** A workspace on the wire. Nobody makes one, so its times say nothing. */
public record WorkspaceView(
        UUID id,
        String name,
        String key,
        UUID orgId,
        @JsonbProperty("is_default") boolean isDefault,
        Instant createdAt,
        Instant updatedAt) {
    static WorkspaceView of(WorkspaceId workspace, boolean isDefault) {
        return new WorkspaceView(
                workspace.id(),
                workspace.workspace(),
                workspace.workspace(),
                WorkspaceId.orgId(workspace.org()),
                isDefault,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
