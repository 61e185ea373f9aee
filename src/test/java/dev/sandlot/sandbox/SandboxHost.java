package dev.sandlot.sandbox;

/** A backend that the suites try. */
public interface SandboxHost {
    /** Ready for use. */
    SandboxBackend backend();

    /** Whether its self-test found that it can do that: "memory", "pids", "oom". */
    boolean holds(String limit);

    /** The backend's periodic work. */
    void lookAfter();
}
