package dev.sandlot.task;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandlot.auth.Sha256;
import dev.sandlot.database.Moments;
import dev.sandlot.database.Violations;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.log.ServerLog;
import dev.sandlot.task.TaskDefinition.Origin;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
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
class PublishedTasks {
    private static final Logger LOG = ServerLog.of(PublishedTasks.class);
    private static final String ONE = " where org = ? and name = ? and version = ?";
    private static final String COMPLETE = "update task_versions set " + TaskVersionTable.VALUES.assignments() + ONE;
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
    PublishedTasks(Jdbi jdbi, PublishQuota quota) {
        this.jdbi = jdbi;
        this.quota = quota;
        complete();
    }

    /**
     * Names a version and its content.
     *
     * @param isPublic as it is now: what its definition says is how it began
     */
    record Version(TaskId id, String sha256, boolean isPublic) {}

    private record Loaded(TaskDefinition task, int weight) {}

    /** A definition's text as a task; what is wrong with it is collected. */
    static TaskDefinition read(String definition, Instant createdAt, String createdBy, Faults faults) {
        byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
        JsonBody body = JsonBody.stored(definition, faults);
        Origin origin = new Origin(Sha256.of(bytes), bytes.length, createdAt, Optional.of(createdBy));
        return new TaskReader(body.members(), Optional.empty(), faults).read(origin);
    }

    /**
     * Versions of before there were summaries get theirs; what can't be read any more stays without, and is never
     * found.
     */
    private void complete() {
        jdbi.useTransaction(handle -> {
            List<TaskId> bare = handle.createQuery("select org, name, version from task_versions where ordinal is null")
                    .map((row, context) -> TaskVersionTable.readId(row))
                    .list();
            bare.forEach(id -> complete(handle, id));
            if (!bare.isEmpty()) {
                PublishQuota.count(handle);
            }
        });
    }

    private static void complete(Handle handle, TaskId id) {
        String definition = one(handle.createQuery("select definition from task_definitions" + ONE), id)
                .mapTo(String.class)
                .one();
        Optional<Loaded> readable = load(handle, id);
        if (readable.isPresent()) {
            List<@Nullable Object> values =
                    TaskVersionTable.VALUES.values(TaskSummary.of(readable.get().task()));
            values.addAll(key(id));
            handle.execute(COMPLETE, values.toArray());
        } else {
            List<Object> values = new ArrayList<>(List.of((long) definition.getBytes(StandardCharsets.UTF_8).length));
            values.addAll(key(id));
            handle.execute("update task_versions set size_bytes = ?" + ONE, values.toArray());
        }
    }

    private static List<String> key(TaskId id) {
        return List.of(id.org(), id.name(), id.version().toString());
    }

    private static Query one(Query query, TaskId id) {
        return query.bind(0, id.org()).bind(1, id.name()).bind(2, id.version().toString());
    }

    /** The versions of a task, the highest first. */
    List<Version> versions(String org, String name, Optional<TaskVersion> wanted, boolean publicOnly) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select org, name, version, sha256, is_public from task_versions"
                                + " where org = :org and name = :name and ordinal is not null"
                                + (wanted.isPresent() ? " and version = :version" : "")
                                + (publicOnly ? " and is_public" : "")
                                + " order by ordinal desc")
                .bind("org", org)
                .bind("name", name)
                .bindMap(wanted.isPresent() ? Map.of("version", wanted.get().toString()) : Map.of())
                .map((row, context) ->
                        new Version(TaskVersionTable.readId(row), row.getString("sha256"), row.getBoolean("is_public")))
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
                missing -> jdbi.withHandle(handle -> load(handle, missing.id()).orElse(null)));
        return Optional.ofNullable(loaded).map(Loaded::task).map(task -> task.seenByAll(version.isPublic()));
    }

    private static Optional<Loaded> load(Handle handle, TaskId id) {
        return one(
                        handle.createQuery("select d.definition, v.created_at, v.created_by from task_definitions d"
                                + " join task_versions v on v.org = d.org and v.name = d.name and v.version = d.version"
                                + " where d.org = ? and d.name = ? and d.version = ?"),
                        id)
                .map((row, context) -> parse(
                        id,
                        row.getString("definition"),
                        Moments.require(row, "created_at"),
                        row.getString("created_by")))
                .findOne()
                .flatMap(loaded -> loaded);
    }

    private static Optional<Loaded> parse(TaskId id, String definition, Instant createdAt, String createdBy) {
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
                "Version {0} of the published task {1} is not used: it has {2} faults now",
                new Object[] {id.version(), id.key(), faults.all().size()});
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
                .map((row, context) -> TaskVersionTable.read(row))
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
                .map((row, context) -> TaskVersionTable.read(row))
                .list());
    }

    /**
     * Stores a version; false when there is one of that name and number already. Throws CONFLICT when its organization has
     * no room.
     */
    boolean insert(TaskDefinition task, String definition) {
        TaskId id = task.id();
        quota.open(id.org());
        try {
            jdbi.useTransaction(handle -> {
                handle.execute(
                        TaskVersionTable.INSERT,
                        TaskVersionTable.ALL.values(TaskSummary.of(task)).toArray());
                handle.execute(
                        "insert into task_definitions (org, name, version, definition) values (?, ?, ?, ?)",
                        id.org(),
                        id.name(),
                        id.version().toString(),
                        definition);
                quota.take(handle, id.org(), task.origin().size());
            });
            return true;
        } catch (UnableToExecuteStatementException refused) {
            if (Violations.isViolation(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** Has all versions of a task seen by everybody, or by its organization alone; false when there is none. */
    boolean show(String org, String name, boolean toAll) {
        return jdbi.withHandle(handle -> handle.execute(
                        "update task_versions set is_public = ? where org = ? and name = ?", toAll, org, name))
                > 0;
    }

    /** Removes a version; false when there is none of that name and number. */
    boolean delete(TaskId id) {
        return jdbi.inTransaction(handle -> {
            Optional<Long> bytes = one(handle.createQuery("select size_bytes from task_versions" + ONE), id)
                    .mapTo(Long.class)
                    .findOne();
            int removed = handle.execute("delete from task_versions" + ONE, key(id).toArray());
            if (removed == 1) {
                quota.give(handle, id.org(), bytes.orElseThrow());
            }
            return removed == 1;
        });
    }
}
