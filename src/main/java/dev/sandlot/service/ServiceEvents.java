package dev.sandlot.service;

import dev.sandlot.sandbox.SandboxId;

/** A listener to what becomes of services. */
public interface ServiceEvents {
    /** Something that the owner of the sandbox wants to know. */
    void tell(SandboxId sandbox, String message);

    /** Whether the sandbox is still to have services. */
    boolean isWanted(SandboxId sandbox);
}
