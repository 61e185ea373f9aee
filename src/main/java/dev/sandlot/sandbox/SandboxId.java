package dev.sandlot.sandbox;

import java.util.UUID;

/** Names a sandbox; equal to its environment's id. */
public record SandboxId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
