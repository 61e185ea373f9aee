package dev.sandlot.sandbox.keeper;

import java.io.IOException;

/** A request did not reach its keeper, or not all of it: nothing of it was done. */
final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    NotSentException(IOException why) {
        super(why.getMessage(), why);
    }
}
