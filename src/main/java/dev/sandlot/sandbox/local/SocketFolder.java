package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A short way to a folder of sockets: a socket's address holds 107 bytes (unix(7)), and a data directory may lie deep.
 * Where it does, the way leads through a link in a private folder of the system's temporary directory.
 */
final class SocketFolder {
    private static final Logger LOG = ServerLog.of(SocketFolder.class);
    /** The longest address: one byte less than the kernel takes, for Java keeps one for itself. */
    private static final int ADDRESS_MAX = 106;

    private static final int NAME_MAX = 41;

    private final Path way;
    private final @Nullable Path temporary;

    private SocketFolder(Path way, @Nullable Path temporary) {
        this.way = way;
        this.temporary = temporary;
    }

    static SocketFolder of(Path folder) throws IOException {
        if (folder.toString().getBytes(StandardCharsets.UTF_8).length + 1 + NAME_MAX <= ADDRESS_MAX) {
            return new SocketFolder(folder, null);
        }
        Path temporary = Files.createTempDirectory("sandlot");
        Path link = Files.createSymbolicLink(temporary.resolve("run"), folder);
        return new SocketFolder(link, temporary);
    }

    Path address(String name) {
        return way.resolve(name);
    }

    void close() {
        if (temporary == null) {
            return;
        }
        try {
            Files.deleteIfExists(way);
            Files.deleteIfExists(temporary);
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "A temporary folder stays behind: {0}", stays.getMessage());
        }
    }
}
