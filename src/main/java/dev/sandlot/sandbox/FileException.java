package dev.sandlot.sandbox;

import java.util.Optional;

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
    private final transient Optional<Space> space;

    /**
     * What a sandbox has for all of its files.
     *
     * @param most in bytes, or how many files and folders
     */
    public record Space(long most, boolean isBytes) {}

    /** {@code place}: the member of an archive, or what else it is about; empty when that is clear. */
    public FileException(Reason reason, String place) {
        this(reason, place, Optional.empty());
    }

    private FileException(Reason reason, String place, Optional<Space> space) {
        super(reason + " " + place);
        this.reason = reason;
        this.place = place;
        this.space = space;
    }

    /** {@link Reason#NO_SPACE}, where it is known of how much. */
    public static FileException noSpace(Space space) {
        return new FileException(Reason.NO_SPACE, "", Optional.of(space));
    }

    public Reason reason() {
        return reason;
    }

    public String place() {
        return place;
    }

    /** How much there is, where it is known and that is the reason. */
    public Optional<Space> space() {
        return space;
    }
}
