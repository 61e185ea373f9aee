package dev.sandlot.sandbox;

/** The sandbox's file system, or the rights of its user, do not allow what was asked for. */
public final class FileException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Reason {
        NOT_FOUND,
        DENIED,
        IS_DIRECTORY,
        NOT_A_DIRECTORY,
        /** Neither a file nor a folder. */
        NOT_A_FILE,
        NOT_EMPTY,
        NO_SPACE,
        /** It is not the one that was asked for any more. */
        CHANGED,
        EXISTS,
        INVALID_PATH,
        TOO_LARGE,
        /** Of another kind, which nobody has thought of. */
        BROKEN
    }

    private final Reason reason;
    private final String place;

    /** {@code place}: the member of an archive, or what else it is about; empty when that is clear. */
    public FileException(Reason reason, String place) {
        super(reason + " " + place);
        this.reason = reason;
        this.place = place;
    }

    public Reason reason() {
        return reason;
    }

    public String place() {
        return place;
    }
}
