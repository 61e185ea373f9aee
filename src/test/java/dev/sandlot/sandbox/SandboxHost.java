package dev.sandlot.sandbox;

/** A backend that the suites try. */
public interface SandboxHost {
    /** Ready for use. */
    SandboxBackend backend();

    /** Whether its self-test found that it can do that: "memory", "pids", "oom". */
    boolean holds(String limit);

    /** How many commands are many. */
    int many();

    /** Whether the keeper is PID 1 of the sandbox, and not outside of it. */
    boolean isKeeperInside();

    /** Whether root of the sandbox is the host's root, without his rights: what the kernel gives that user is his. */
    boolean isRootTheHostsRoot();

    /** Whether what the kernel counts by user is counted for each sandbox apart. */
    boolean countsApart();

    /** Whether commands run on a kernel of the sandbox's own, with what that can't do. */
    boolean hasOwnKernel();

    /** The backend's periodic work. */
    void lookAfter();
}
