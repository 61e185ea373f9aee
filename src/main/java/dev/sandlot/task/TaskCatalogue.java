package dev.sandlot.task;

import dev.sandlot.log.ServerLog;
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
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * All tasks: the operator's (built in, or from a folder) and those that were published. The last good version of a file
 * that breaks stays. A version that is known is never replaced by other content.
 *
 * <p>A name without an organization means the caller's own task, then the operator's, then one of the organizations that
 * the operator trusts. What others publish is found by their name alone: else whoever publishes {@code shell} would be
 * everybody's {@code shell}.
 */
@Singleton
public final class TaskCatalogue {
    /** The organization of the built-in tasks: nobody else's. */
    static final String BUILT_IN_ORG = "sandlot";

    private static final Logger LOG = ServerLog.of(TaskCatalogue.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final List<String> BUILT_IN = List.of("/tasks/shell/task.yaml");

    private final List<TaskSource> sources;
    private final PublishedTasks published;
    private final List<String> trustedOrgs;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile Instant nextLook = Instant.MIN;
    private volatile Map<String, NavigableMap<TaskVersion, TaskDefinition>> tasks = Map.of();

    @Inject
    TaskCatalogue(TaskConfig config, PublishedTasks published, PublishPolicy policy, Clock clock) {
        this(
                config.folder().<TaskSource>map(TaskFolder::new).stream().toList(),
                published,
                policy.trustedOrgs(),
                clock);
    }

    TaskCatalogue(List<TaskSource> sources, PublishedTasks published, List<String> trustedOrgs, Clock clock) {
        this.sources = List.copyOf(sources);
        this.published = published;
        this.trustedOrgs = List.copyOf(trustedOrgs);
        this.clock = clock;
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
            return newest(ref.org().get(), ref, callersOrg);
        }
        return newest(callersOrg, ref, callersOrg)
                .or(() -> publicOnes(ref.name())
                        .flatMap(all -> pick(all, ref.version()).stream())
                        .findFirst())
                .or(() -> trustedOrgs.stream()
                        .flatMap(org -> newest(org, ref, callersOrg).stream())
                        .findFirst());
    }

    private static Optional<TaskDefinition> pick(
            NavigableMap<TaskVersion, TaskDefinition> all, Optional<TaskVersion> version) {
        return version.isPresent()
                ? Optional.ofNullable(all.get(version.get()))
                : Optional.of(all.lastEntry().getValue());
    }

    /** The highest version of that organization's task that the reference means; of equal ones the operator's. */
    private Optional<TaskDefinition> newest(String org, TaskRef ref, String callersOrg) {
        NavigableMap<TaskVersion, Supplier<Optional<TaskDefinition>>> found = new TreeMap<>(Comparator.reverseOrder());
        published
                .versions(org, ref.name(), ref.version(), !org.equals(callersOrg))
                .forEach(version -> found.put(version.id().version(), () -> published.find(version)));
        visible(org + "/" + ref.name(), callersOrg).forEach((version, task) -> {
            if (ref.version().isEmpty() || ref.version().get().equals(version)) {
                found.put(version, () -> Optional.of(task));
            }
        });
        return found.values().stream().flatMap(load -> load.get().stream()).findFirst();
    }

    /** The operator's versions that the caller may see. */
    private NavigableMap<TaskVersion, TaskDefinition> visible(String key, String callersOrg) {
        return visible(current().getOrDefault(key, new TreeMap<>()), callersOrg);
    }

    private static NavigableMap<TaskVersion, TaskDefinition> visible(
            NavigableMap<TaskVersion, TaskDefinition> all, String callersOrg) {
        NavigableMap<TaskVersion, TaskDefinition> visible = new TreeMap<>(all);
        visible.values().removeIf(task -> !task.isVisibleTo(callersOrg));
        return visible;
    }

    /** The operator's public tasks of that name; never an empty map. */
    private Stream<NavigableMap<TaskVersion, TaskDefinition>> publicOnes(String name) {
        return current().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + name))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> visible(entry.getValue(), ""))
                .filter(all -> !all.isEmpty());
    }

    /** All visible versions of what {@code name} means for that organization, newest first; empty when there is none. */
    List<TaskSummary> versions(String name, String org) {
        return Stream.concat(
                        Stream.concat(
                                Stream.of(versions(org, name, org)),
                                publicOnes(name).map(TaskCatalogue::summaries)),
                        trustedOrgs.stream().map(trusted -> versions(trusted, name, org)))
                .filter(all -> !all.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private List<TaskSummary> versions(String org, String name, String callersOrg) {
        NavigableMap<TaskVersion, TaskSummary> all = new TreeMap<>(Comparator.reverseOrder());
        published
                .summaries(org, name, !org.equals(callersOrg))
                .forEach(one -> all.put(one.id().version(), one));
        summaries(visible(org + "/" + name, callersOrg))
                .forEach(one -> all.put(one.id().version(), one));
        return List.copyOf(all.values());
    }

    private static List<TaskSummary> summaries(NavigableMap<TaskVersion, TaskDefinition> all) {
        return all.descendingMap().values().stream().map(TaskSummary::of).toList();
    }

    /** The newest visible version of each task, by name. */
    List<TaskSummary> newest(String org, boolean includePublic) {
        Map<String, TaskSummary> newest = new HashMap<>();
        Stream<TaskSummary> operators = current().values().stream()
                .flatMap(all -> summaries(visible(all, org)).stream().limit(1))
                .filter(task -> includePublic || task.id().org().equals(org));
        Stream.concat(operators, published.newest(org, includePublic).stream())
                .forEach(task -> newest.merge(
                        task.id().key(),
                        task,
                        (one, other) -> one.id().version().compareTo(other.id().version()) >= 0 ? one : other));
        return newest.values().stream()
                .sorted(Comparator.<TaskSummary, String>comparing(
                                task -> task.id().name())
                        .thenComparing(task -> task.id().org()))
                .toList();
    }

    /** The whole of what a list tells; empty when it is gone meanwhile. */
    Optional<TaskDefinition> find(TaskSummary one) {
        return operators(one.id().org(), one.id().name(), one.id().version())
                .or(() -> published.find(
                        new PublishedTasks.Version(one.id(), one.origin().sha256(), one.isPublic())));
    }

    /** Exactly that version, whoever may see it. */
    Optional<TaskDefinition> find(String org, String name, TaskVersion version) {
        return operators(org, name, version).or(() -> published.find(org, name, version));
    }

    private Optional<TaskDefinition> operators(String org, String name, TaskVersion version) {
        return Optional.ofNullable(current().get(org + "/" + name)).map(versions -> versions.get(version));
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
        if (!known.origin().sha256().equals(task.origin().sha256())) {
            LOG.log(
                    Level.WARNING,
                    "Version {0} of {1} is known with other content; give it a new version",
                    new Object[] {task.id().version(), task.id().key()});
        }
    }

    /** Adds it, unless its version is known; returns the one that is known now. */
    private synchronized TaskDefinition add(TaskDefinition task) {
        Map<String, NavigableMap<TaskVersion, TaskDefinition>> changed = new HashMap<>(tasks);
        NavigableMap<TaskVersion, TaskDefinition> versions =
                new TreeMap<>(changed.getOrDefault(task.id().key(), new TreeMap<>()));
        TaskDefinition known = versions.putIfAbsent(task.id().version(), task);
        changed.put(task.id().key(), versions);
        tasks = changed;
        return known == null ? task : known;
    }
}
