package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The host's devices that every sandbox has (null(4), full(4), random(4)). Nobody in a sandbox owns them, so what the host
 * leaves to everybody is what there is.
 */
final class HostDevices {
    private static final List<String> NAMES = List.of("null", "zero", "full", "random", "urandom");
    private static final String WRITTEN = "null";

    private HostDevices() {}

    /** Throws IOException, with what to do, when one in that folder is not open to everybody. */
    static void require(Path folder) throws IOException {
        for (String name : NAMES) {
            Path device = folder.resolve(name);
            if (Files.exists(device)) {
                require(device, Files.getPosixFilePermissions(device));
            }
        }
    }

    private static void require(Path device, Set<PosixFilePermission> mode) throws IOException {
        boolean isOpen = mode.contains(PosixFilePermission.OTHERS_READ)
                && (mode.contains(PosixFilePermission.OTHERS_WRITE) || !device.endsWith(WRITTEN));
        if (!isOpen) {
            throw new IOException("No sandbox can be made on this host: " + device + " is not open to everybody ("
                    + PosixFilePermissions.toString(mode) + "); chmod 666 " + device);
        }
    }
}
