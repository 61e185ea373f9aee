package dev.sandlot.ops;

import dev.sandlot.log.ServerLog;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The data directory: of one server at a time. The lock on it ends with the process, however that ends. */
@Singleton
class DataDirectory {
    private static final Logger LOG = ServerLog.of(DataDirectory.class);

    private @Nullable FileChannel lock;

    /** Throws IOException, which says so, when another server uses it. */
    void take(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException("Another server uses the directory that SANDLOT_DATA_DIR names; stop that one first");
        }
        lock = channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    @PreDestroy
    void release() {
        FileChannel channel = lock;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException stays) {
                LOG.log(Level.WARNING, "The lock of the data directory stays: {0}", stays.getMessage());
            }
        }
    }
}
