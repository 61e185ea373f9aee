package dev.sandlot.task;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandlot.auth.Sha256;
import dev.sandlot.database.Violations;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.log.ServerLog;
import dev.sandlot.task.TaskReader.Origin;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Task versions that were published over HTTP, by this server or another on the same database. They stay there: what is
 * kept of them here is a cache of bounded weight, so that their number costs nothing.
 */
@Singleton
public class PublishedTasks {
    private static final Logger LOG = ServerLog.of(PublishedTasks.class);
    private static final String ONE = " where org = :org and name = :name and version = :version";
    private static final long CACHE_BYTES = 32 << 20;
    /** What a value takes in memory beside its text. */
    private static final int VALUE_BYTES = 100;

    private final Jdbi jdbi;
    private final PublishQuota quota;
    private final Cache<Version, Loaded> recent = Caffeine.newBuilder()
            .maximumWeight(CACHE_BYTES)
            .<Version, Loaded>weigher((version, loaded) -> loaded.weight())
            .build();

    @Inject
    public PublishedTasks(Jdbi jdbi, PublishQuota quota) {
        this.jdbi = jdbi;
        this.quota = quota;
        complete();
    }

    /** Names a version and its content. */
    record Version(String org, String name, TaskVersion number, String sha256) {}

    private record Loaded(TaskDefinition task, int weight) {}

    /** A definition's text as a task; what is wrong with it is collected. */
    static TaskDefinition read(String definition, Instant createdAt, String createdBy, Faults faults) {
        byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
        JsonBody body = JsonBody.stored(definition, faults);
        Origin origin = new Origin(Sha256.of(bytes), bytes.length, createdAt, Optional.of(createdBy));
        return new TaskReader(body.members(), Optional.empty(), faults).read(origin);
    }

    /** Those of before there were summaries get theirs; what can't be read any more stays without, and is never found. */
    private void complete() {
        jdbi.useTransaction(handle -> {
            List<Version> bare = handle.createQuery(
                            "select org, name, version from task_versions where ordinal is null")
                    .map((row, context) -> new Version(
                            row.getString("org"),
                            row.getString("name"),
                            TaskVersion.parse(row.getString("version")),
                            ""))
                    .list();
            bare.forEach(version -> complete(handle, version));
            if (!bare.isEmpty()) {
                PublishQuota.count(handle);
            }
        });
    }

    private static void complete(Handle handle, Version version) {
        String definition = bind(handle.createQuery("select definition from task_definitions" + ONE), version)
                .mapTo(String.class)
                .one();
        Map<String, @Nullable Object> columns = load(handle, version)
                .map(loaded -> StoredSummary.columns(TaskSummary.of(loaded.task())))
                .orElseGet(() -> Map.of("size_bytes", (long) definition.getBytes(StandardCharsets.UTF_8).length));
        String changes = columns.keySet().stream()
                .map(column -> column + " = :" + column)
                .collect(Collectors.joining(", "));
        handle.createUpdate("update task_versions set " + changes + ONE)
                .bindMap(columns)
                .bind("org", version.org())
                .bind("name", version.name())
                .bind("version", version.number().toString())
                .execute();
    }

    private static Query bind(Query query, Version version) {
        return query.bind("org", version.org())
                .bind("name", version.name())
                .bind("version", version.number().toString());
    }

    /** The versions of a task, the highest first. */
    List<Version> versions(String org, String name, Optional<TaskVersion> wanted, boolean publicOnly) {
        return jdbi.withHandle(handle -> handle.createQuery("select version, sha256 from task_versions"
                        + " where org = :org and name = :name and ordinal is not null"
                        + (wanted.isPresent() ? " and version = :version" : "")
                        + (publicOnly ? " and is_public" : "")
                        + " order by ordinal desc")
                .bind("org", org)
                .bind("name", name)
                .bindMap(wanted.isPresent() ? Map.of("version", wanted.get().toString()) : Map.of())
                .map((row, context) ->
                        new Version(org, name, TaskVersion.parse(row.getString("version")), row.getString("sha256")))
                .list());
    }

    /** What is published under that name and number. */
    Optional<TaskDefinition> find(String org, String name, TaskVersion number) {
        return versions(org, name, Optional.of(number), false).stream()
                .findFirst()
                .flatMap(this::find);
    }

    /** The definition of a version; empty when it is gone, or can't be read any more. */
    Optional<TaskDefinition> find(Version version) {
        Loaded loaded = recent.get(
                version,
                missing -> jdbi.withHandle(handle -> load(handle, missing).orElse(null)));
        return Optional.ofNullable(loaded).map(Loaded::task);
    }

    private static Optional<Loaded> load(Handle handle, Version version) {
        return bind(
                        handle.createQuery("select d.definition, v.created_at, v.created_by from task_definitions d"
                                + " join task_versions v on v.org = d.org and v.name = d.name and v.version = d.version"
                                + " where d.org = :org and d.name = :name and d.version = :version"),
                        version)
                .map((row, context) -> parse(
                        version,
                        row.getString("definition"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        row.getString("created_by")))
                .findOne()
                .flatMap(loaded -> loaded);
    }

    private static Optional<Loaded> parse(Version version, String definition, Instant createdAt, String createdBy) {
        Faults faults = new Faults();
        try {
            TaskDefinition task = read(definition, createdAt, createdBy, faults);
            if (faults.isEmpty()) {
                return Optional.of(new Loaded(task, weight(definition)));
            }
        } catch (ApiException unreadable) {
            faults.badValue("It is read no more", "body");
        }
        // What is wrong tells the author's own words, which are no part of a log.
        LOG.log(
                Level.WARNING,
                "Version {0} of the published task {1}/{2} is not used: it has {3} faults now",
                new Object[] {
                    version.number(),
                    version.org(),
                    version.name(),
                    faults.all().size()
                });
        return Optional.empty();
    }

    /** About what it takes in memory: its texts, and each of its values. */
    private static int weight(String definition) {
        long values = definition
                .chars()
                .filter(character -> character == ',' || character == '{' || character == '[')
                .count();
        return Math.toIntExact(2L * definition.length() + VALUE_BYTES * values);
    }

    /** What lists tell of a task's versions, the highest first. */
    List<TaskSummary> summaries(String org, String name, boolean publicOnly) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from task_versions"
                        + " where org = :org and name = :name and ordinal is not null"
                        + (publicOnly ? " and is_public" : "") + " order by ordinal desc")
                .bind("org", org)
                .bind("name", name)
                .map((row, context) -> StoredSummary.read(row))
                .list());
    }

    /** The newest version of each task of the organization, and the newest public one of each of others. */
    List<TaskSummary> newest(String org, boolean includePublic) {
        String newest =
                "select org, name, max(ordinal) as ordinal from task_versions where org = :org group by org, name";
        String others = " union all select org, name, max(ordinal) as ordinal from task_versions"
                + " where is_public and org <> :org group by org, name";
        return jdbi.withHandle(handle -> handle.createQuery("select t.* from task_versions t join (" + newest
                        + (includePublic ? others : "") + ") n"
                        + " on t.org = n.org and t.name = n.name and t.ordinal = n.ordinal")
                .bind("org", org)
                .map((row, context) -> StoredSummary.read(row))
                .list());
    }

    /**
     * Stores a version; false when there is one of that name and number already. Throws CONFLICT when its organization has
     * no room.
     */
    boolean insert(TaskDefinition task, String definition) {
        quota.open(task.org());
        Map<String, @Nullable Object> columns = StoredSummary.columns(TaskSummary.of(task));
        String names = String.join(", ", columns.keySet());
        String values = ":" + String.join(", :", columns.keySet());
        try {
            jdbi.useTransaction(handle -> {
                handle.createUpdate("insert into task_versions (org, name, version, " + names
                                + ") values (:org, :name, :version, " + values + ")")
                        .bindMap(columns)
                        .bind("org", task.org())
                        .bind("name", task.name())
                        .bind("version", task.version().toString())
                        .execute();
                handle.execute(
                        "insert into task_definitions (org, name, version, definition) values (?, ?, ?, ?)",
                        task.org(),
                        task.name(),
                        task.version().toString(),
                        definition);
                quota.take(handle, task.org(), task.size());
            });
            return true;
        } catch (UnableToExecuteStatementException refused) {
            if (Violations.isViolation(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** Removes a version; false when there is none of that name and number. */
    boolean delete(String org, String name, TaskVersion number) {
        Version version = new Version(org, name, number, "");
        return jdbi.inTransaction(handle -> {
            Optional<Long> bytes = bind(handle.createQuery("select size_bytes from task_versions" + ONE), version)
                    .mapTo(Long.class)
                    .findOne();
            int removed = handle.execute(
                    "delete from task_versions where org = ? and name = ? and version = ?",
                    org,
                    name,
                    number.toString());
            if (removed == 1) {
                quota.give(handle, org, bytes.orElseThrow());
            }
            return removed == 1;
        });
    }
}
