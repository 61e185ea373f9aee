package dev.sandlot.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a file's owner, its group and others may do with it: nine bits. Those that lend rights stay where they are. */
final class Modes {
    private static final int PERMISSIONS = 0777;
    private static final int OWNERS_ALL = 0700;
    private static final int HIGHEST = 0400;
    private static final int OCTAL = 8;
    /** From the highest bit down. */
    private static final PosixFilePermission[] BITS = PosixFilePermission.values();

    private Modes() {}

    static String octal(int mode) {
        return String.format(Locale.ROOT, "%03o", mode & PERMISSIONS);
    }

    /** As the server writes it. */
    static int parse(String octal) {
        return octal.matches("[0-7]{1,5}") ? Integer.parseInt(octal, OCTAL) & PERMISSIONS : 0644;
    }

    static int of(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (int at = 0; at < BITS.length; at++) {
            mode |= permissions.contains(BITS[at]) ? HIGHEST >> at : 0;
        }
        return mode;
    }

    static void setFile(Path file, int mode) throws IOException {
        Files.setPosixFilePermissions(file, permissions(mode));
    }

    /** Its owner may always go on in it. */
    static void setFolder(Path folder, int mode) throws IOException {
        Files.setPosixFilePermissions(folder, permissions(mode | OWNERS_ALL));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int at = 0; at < BITS.length; at++) {
            if ((mode & HIGHEST >> at) != 0) {
                permissions.add(BITS[at]);
            }
        }
        return permissions;
    }
}
