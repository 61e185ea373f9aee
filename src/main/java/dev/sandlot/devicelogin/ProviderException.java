package dev.sandlot.devicelogin;

/** The identity provider does not answer, or not as it should. What it says is for the log, and for no client. */
final class ProviderException extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code what} goes on after "the identity provider". */
    ProviderException(String what) {
        super(what);
    }
}
