package dev.sandlot.task;

import dev.sandlot.task.TaskFile.BrokenTaskException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

/**
 * All tasks: the built-in ones, those of a folder, and those that were published. The last good version of a file that
 * breaks stays. A version that is known is never replaced by other content.
 */
@Singleton
public final class TaskCatalogue {
    private static final Logger LOG = Logger.getLogger(TaskCatalogue.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final List<String> BUILT_IN = List.of("/tasks/shell/task.yaml");

    private final List<TaskSource> sources;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Instant nextLook = Instant.MIN;
    private volatile Map<String, NavigableMap<TaskVersion, TaskDefinition>> tasks = Map.of();

    @Inject
    public TaskCatalogue(Config config, PublishedTasks published, Clock clock) {
        this(sources(config, published), clock);
    }

    TaskCatalogue(List<TaskSource> sources, Clock clock) {
        this.sources = List.copyOf(sources);
        this.clock = clock;
        BUILT_IN.forEach(this::addBuiltIn);
    }

    private static List<TaskSource> sources(Config config, PublishedTasks published) {
        Optional<TaskSource> folder =
                config.getOptionalValue("sandlot.tasks.dir", String.class).map(path -> new TaskFolder(Path.of(path)));
        return Stream.concat(folder.stream(), Stream.of(published)).toList();
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

    /** Looks at the sources again when the last look is a second old. One thread looks, the others take what is there. */
    private Map<String, NavigableMap<TaskVersion, TaskDefinition>> current() {
        if (!clock.instant().isBefore(nextLook) && looking.tryLock()) {
            try {
                sources.forEach(source -> source.fresh().forEach(this::addOrReport));
                nextLook = clock.instant().plus(PAUSE);
            } finally {
                looking.unlock();
            }
        }
        return tasks;
    }

    private void addOrReport(TaskDefinition task) {
        TaskDefinition known = add(task);
        if (!known.sha256().equals(task.sha256())) {
            LOG.log(
                    Level.WARNING,
                    "Version {0} of {1} is known with other content; give it a new version",
                    new Object[] {task.version(), task.key()});
        }
    }

    /** Adds it, unless its version is known; returns the one that is known now. */
    synchronized TaskDefinition add(TaskDefinition task) {
        Map<String, NavigableMap<TaskVersion, TaskDefinition>> changed = new HashMap<>(tasks);
        NavigableMap<TaskVersion, TaskDefinition> versions =
                new TreeMap<>(changed.getOrDefault(task.key(), new TreeMap<>()));
        TaskDefinition known = versions.putIfAbsent(task.version(), task);
        changed.put(task.key(), versions);
        tasks = changed;
        return known == null ? task : known;
    }

    /** Exactly that version, whoever may see it. */
    Optional<TaskDefinition> find(String key, TaskVersion version) {
        return Optional.ofNullable(current().get(key)).map(versions -> versions.get(version));
    }
}
