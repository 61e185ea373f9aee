package dev.sandlot.environment;

/** A sandbox stands, but what its task wants in it could not be done. Its message is a sentence for the owner. */
final class PreparationException extends Exception {
    private static final long serialVersionUID = 1L;

    PreparationException(String message) {
        super(message);
    }
}
