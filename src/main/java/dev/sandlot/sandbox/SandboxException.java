package dev.sandlot.sandbox;

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
        NO_ANSWER
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

    public Kind kind() {
        return kind;
    }

    /** Whether the command is known not to have run. */
    public boolean neverRan() {
        return kind == Kind.NOT_STARTED || kind == Kind.NO_SUCH_USER || kind == Kind.NO_SUCH_SHELL;
    }
}
