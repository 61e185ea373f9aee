package dev.sandlot.task;

import dev.sandlot.log.ServerLog;
import dev.sandlot.task.TaskFile.BrokenTaskException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A folder that holds {@code task.yaml} files, at most three folders deep. Changed files are read again; a broken one is
 * reported.
 */
final class TaskFolder implements TaskSource {
    private static final Logger LOG = ServerLog.of(TaskFolder.class);
    private static final String FILE = "task.yaml";
    private static final int DEPTH = 4;
    private static final int FILE_SIZE_MAX = 1 << 20;

    private final Path top;
    private final Map<Path, String> seen = new HashMap<>();

    TaskFolder(Path top) {
        this.top = top;
    }

    @Override
    public List<TaskDefinition> fresh() {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(top, DEPTH)) {
            paths.filter(path -> path.endsWith(FILE)).sorted().forEach(files::add);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.log(Level.WARNING, "The tasks' folder can''t be read: {0}", unreadable.getMessage());
        }
        return files.stream().flatMap(file -> read(file).stream()).toList();
    }

    private Optional<TaskDefinition> read(Path file) {
        try {
            String stamp = Files.getLastModifiedTime(file) + " " + Files.size(file);
            if (stamp.equals(seen.put(file, stamp))) {
                return Optional.empty();
            }
            if (Files.size(file) > FILE_SIZE_MAX) {
                throw new BrokenTaskException("larger than 1 MiB");
            }
            Instant changedAt = Files.getLastModifiedTime(file).toInstant();
            Path folder = file.toAbsolutePath().resolveSibling("");
            return Optional.of(TaskFile.parse(Files.readAllBytes(file), folder, changedAt));
        } catch (IOException | BrokenTaskException broken) {
            LOG.log(Level.WARNING, "{0} is not used: {1}", new Object[] {file, broken.getMessage()});
            return Optional.empty();
        }
    }
}
