package dev.sandlot.sandbox;

/** How a command ended. A sandbox that broke is a {@link SandboxException}, not an outcome. */
public sealed interface ExecOutcome {
    /** By itself, with an exit status of 0 to 255. */
    record Exited(int exitCode) implements ExecOutcome {}

    /** By a signal; {@code outOfMemory}: the kernel's, for want of memory. */
    record Signalled(int signal, boolean outOfMemory) implements ExecOutcome {}

    /** Killed with its whole tree at its timeout. */
    record TimedOut() implements ExecOutcome {}

    /** Killed with its whole tree because it printed nothing for as long as it might be silent. */
    record Silent() implements ExecOutcome {}

    /** Killed with its whole tree because somebody asked for it. */
    record Cancelled() implements ExecOutcome {}
}
