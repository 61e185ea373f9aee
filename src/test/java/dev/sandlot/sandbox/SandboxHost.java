package dev.sandlot.sandbox;

/** A backend that the suites try. */
public interface SandboxHost {
    /** Ready for use. */
    SandboxBackend backend();

    /** Whether it can hold sandboxes to a limit: "memory", "pids". */
    boolean holds(String limit);

    /** The backend's periodic work. */
    void lookAfter();
}
