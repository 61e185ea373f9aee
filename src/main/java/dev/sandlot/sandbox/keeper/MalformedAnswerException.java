package dev.sandlot.sandbox.keeper;

import java.io.IOException;

/** A keeper is there, and what it says is not what the protocol allows. */
final class MalformedAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    /** {@code message} holds nothing of what came. */
    MalformedAnswerException(String message) {
        super(message);
    }
}
