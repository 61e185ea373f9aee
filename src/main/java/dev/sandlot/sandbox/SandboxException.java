package dev.sandlot.sandbox;

import org.jspecify.annotations.Nullable;

/** The sandbox runtime failed; says what that means for the command. */
public class SandboxException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is known of the command, or of the sandbox that was to be made. */
    public enum Kind {
        /** The command never ran: it is safe to repeat. */
        NOT_STARTED,
        /** The command never ran: the sandbox knows no such user. */
        NO_SUCH_USER,
        /** The command never ran: the sandbox has no such shell. */
        NO_SUCH_SHELL,
        /** The command may have done anything. */
        UNKNOWN,
        /** The sandbox died under the command. */
        SANDBOX_DIED,
        /** The runtime did not answer in time. */
        NO_ANSWER,
        /** This server stops, and has stopped to wait: nothing is known, and what runs, runs on. No verdict of anything. */
        INTERRUPTED;

        /** Whether nothing has failed: somebody asked for what is not there, or nobody asks any more. */
        public boolean isHarmless() {
            return this == NO_SUCH_USER || this == NO_SUCH_SHELL || this == INTERRUPTED;
        }
    }

    private final Kind kind;

    /** {@code message} is for the operator: it may name paths of the host. */
    public SandboxException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public SandboxException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /**
     * What a failure says on a thread that was told to stop: nothing of what the thread was at. An interrupt closes
     * whatever channel the thread is at, and breaks what is waited for in as many ways as there are.
     */
    public static SandboxException interrupted(Throwable cause) {
        return new SandboxException(Kind.INTERRUPTED, "the server stops", cause);
    }

    /** Whether that is such a failure. */
    public static boolean isInterrupted(@Nullable Throwable failure) {
        return failure instanceof SandboxException broken && broken.kind == Kind.INTERRUPTED;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the command is known not to have run. */
    public boolean neverRan() {
        return kind == Kind.NOT_STARTED || kind == Kind.NO_SUCH_USER || kind == Kind.NO_SUCH_SHELL;
    }
}
