package dev.sandlot.budget;

import dev.sandlot.auth.WorkspaceId;
import java.util.Optional;
import java.util.UUID;

/** A taker of shares: a workspace, and the environment in it where there is one. */
public record Tenant(WorkspaceId workspace, Optional<UUID> environment) {
    /** A workspace as a whole. */
    public static Tenant of(WorkspaceId workspace) {
        return new Tenant(workspace, Optional.empty());
    }

    /** An environment of a workspace. */
    public static Tenant of(WorkspaceId workspace, UUID environment) {
        return new Tenant(workspace, Optional.of(environment));
    }

    String org() {
        return workspace.org();
    }
}
