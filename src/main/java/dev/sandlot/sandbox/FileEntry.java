package dev.sandlot.sandbox;

import java.time.Instant;
import java.util.Optional;

/**
 * What a file of a sandbox is, or a folder, a link or something else.
 *
 * @param path as it was asked for, or below the folder that was
 * @param mode kind and permissions, as inode(7) has them
 * @param etag another one when the content is
 * @param target where a symbolic link leads
 * @param made it was not there before
 */
public record FileEntry(
        SandboxPath path,
        int mode,
        long size,
        Instant modified,
        Owner owner,
        String etag,
        Optional<SandboxPath> target,
        boolean made) {
    private static final int KIND = 0170000;
    private static final int PERMISSIONS = 07777;

    /** Whose it is, by the sandbox's own numbers. */
    public record Owner(long user, long group) {}

    /** What it may be. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        OTHER
    }

    public Kind kind() {
        return switch (mode & KIND) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.DIRECTORY;
            case 0120000 -> Kind.SYMLINK;
            default -> Kind.OTHER;
        };
    }

    public int permissions() {
        return mode & PERMISSIONS;
    }
}
