package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.SandboxException;

/** A keeper could not make its sandbox: what it tried, on what, and the kernel's reason, an errno(3). */
public final class NotMadeException extends SandboxException {
    private static final long serialVersionUID = 1L;

    private final String step;
    private final int errno;

    NotMadeException(String what, String on, int errno) {
        super(Kind.NOT_STARTED, "could not " + what + " " + on + " (errno " + errno + ")");
        this.step = what + " " + on;
        this.errno = errno;
    }

    /** What was tried, and on what. */
    public String step() {
        return step;
    }

    public int errno() {
        return errno;
    }
}
