package dev.sandlot.task;

import dev.sandlot.task.TaskFile.BrokenTaskException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * All tasks: the built-in ones, and a folder that holds {@code task.yaml} files at most three folders deep. Changed
 * files are read again; a broken one is reported and its last good version stays. A version that is known is never
 * replaced by other content.
 */
@Singleton
public class TaskCatalogue {
    private static final Logger LOG = Logger.getLogger(TaskCatalogue.class.getName());
    private static final String FILE = "task.yaml";
    private static final int DEPTH = 4;
    private static final int FILE_SIZE_MAX = 1 << 20;
    private static final Duration RESCAN = Duration.ofSeconds(1);
    private static final List<String> BUILT_IN = List.of("/tasks/shell/task.yaml");

    private final @Nullable Path folder;
    private final Clock clock;
    private final ReentrantLock scanning = new ReentrantLock();
    private final Map<Path, String> seen = new HashMap<>();
    private volatile Instant nextScan = Instant.MIN;
    private volatile Map<String, NavigableMap<TaskVersion, TaskDefinition>> tasks = Map.of();

    @Inject
    public TaskCatalogue(Config config, Clock clock) {
        this(config.getOptionalValue("sandlot.tasks.dir", String.class).map(Path::of), clock);
    }

    TaskCatalogue(Optional<Path> folder, Clock clock) {
        this.folder = folder.orElse(null);
        this.clock = clock;
        if (this.folder != null && !Files.isDirectory(this.folder)) {
            throw new IllegalArgumentException("SANDLOT_TASKS_DIR must be a directory");
        }
        BUILT_IN.forEach(this::addBuiltIn);
    }

    private void addBuiltIn(String resource) {
        try (InputStream stream = TaskCatalogue.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the built-in task is missing: " + resource);
            }
            add(TaskFile.parse(stream.readAllBytes(), Path.of("/"), Instant.EPOCH));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (BrokenTaskException broken) {
            throw new IllegalStateException(resource, broken);
        }
    }

    /** The task that the reference means for a caller of {@code callersOrg}; empty when there is none they may see. */
    public Optional<TaskDefinition> resolve(TaskRef ref, String callersOrg) {
        if (ref.org().isPresent()) {
            return versions(ref.org().get(), ref.name(), callersOrg).flatMap(all -> pick(all, ref.version()));
        }
        return versions(callersOrg, ref.name(), callersOrg)
                .flatMap(all -> pick(all, ref.version()))
                .or(() -> publicTasks(ref.name())
                        .flatMap(all -> pick(all, ref.version()).stream())
                        .findFirst());
    }

    private static Optional<TaskDefinition> pick(
            NavigableMap<TaskVersion, TaskDefinition> all, Optional<TaskVersion> version) {
        return version.isPresent()
                ? Optional.ofNullable(all.get(version.get()))
                : Optional.of(all.lastEntry().getValue());
    }

    /** The versions that the caller may see, lowest first; never an empty map. */
    private Optional<NavigableMap<TaskVersion, TaskDefinition>> versions(String org, String name, String callersOrg) {
        return Optional.ofNullable(current().get(org + "/" + name)).flatMap(all -> visible(all, callersOrg));
    }

    private Stream<NavigableMap<TaskVersion, TaskDefinition>> publicTasks(String name) {
        return current().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + name))
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry -> visible(entry.getValue(), "").stream());
    }

    private static Optional<NavigableMap<TaskVersion, TaskDefinition>> visible(
            NavigableMap<TaskVersion, TaskDefinition> all, String callersOrg) {
        NavigableMap<TaskVersion, TaskDefinition> visible = new TreeMap<>(all);
        visible.values().removeIf(task -> !task.isVisibleTo(callersOrg));
        return visible.isEmpty() ? Optional.empty() : Optional.of(visible);
    }

    /** All visible versions of what {@code name} means for that organization, newest first; empty when there is none. */
    public List<TaskDefinition> versions(String name, String org) {
        return versions(org, name, org)
                .or(() -> publicTasks(name).findFirst())
                .map(all -> List.copyOf(all.descendingMap().values()))
                .orElse(List.of());
    }

    /** The newest visible version of each task, by name. */
    public List<TaskDefinition> newest(String org, boolean includePublic) {
        return current().values().stream()
                .flatMap(all -> visible(all, org).stream())
                .map(all -> all.lastEntry().getValue())
                .filter(task -> includePublic || task.org().equals(org))
                .sorted(Comparator.comparing(TaskDefinition::name).thenComparing(TaskDefinition::org))
                .toList();
    }

    /** Reads the folder again when the last look is a second old. One thread looks, the others take what is there. */
    private Map<String, NavigableMap<TaskVersion, TaskDefinition>> current() {
        if (folder != null && !clock.instant().isBefore(nextScan) && scanning.tryLock()) {
            try {
                scan(folder);
                nextScan = clock.instant().plus(RESCAN);
            } finally {
                scanning.unlock();
            }
        }
        return tasks;
    }

    private void scan(Path top) {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(top, DEPTH)) {
            paths.filter(path -> path.endsWith(FILE)).sorted().forEach(files::add);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.log(Level.WARNING, "The tasks' folder can''t be read: {0}", unreadable.getMessage());
            return;
        }
        files.forEach(this::read);
    }

    private void read(Path file) {
        try {
            String stamp = Files.getLastModifiedTime(file) + " " + Files.size(file);
            if (stamp.equals(seen.put(file, stamp))) {
                return;
            }
            if (Files.size(file) > FILE_SIZE_MAX) {
                throw new BrokenTaskException("larger than 1 MiB");
            }
            Instant changedAt = Files.getLastModifiedTime(file).toInstant();
            add(TaskFile.parse(Files.readAllBytes(file), file.toAbsolutePath().resolveSibling(""), changedAt));
        } catch (IOException | BrokenTaskException broken) {
            LOG.log(Level.WARNING, "{0} is not used: {1}", new Object[] {file, broken.getMessage()});
        }
    }

    private void add(TaskDefinition task) throws BrokenTaskException {
        Map<String, NavigableMap<TaskVersion, TaskDefinition>> changed = new HashMap<>(tasks);
        NavigableMap<TaskVersion, TaskDefinition> versions =
                new TreeMap<>(changed.getOrDefault(task.key(), new TreeMap<>()));
        TaskDefinition known = versions.putIfAbsent(task.version(), task);
        if (known != null && !known.sha256().equals(task.sha256())) {
            throw new BrokenTaskException(
                    "version " + task.version() + " is known with other content; give it a new version");
        }
        changed.put(task.key(), versions);
        tasks = changed;
    }
}
