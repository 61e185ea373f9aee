package dev.sandlot.environment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import dev.sandlot.service.LogLine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The environments in the database. A change of state is one statement, which names the states it may start from. */
@Singleton
public class EnvironmentRepository {
    private static final int RECENT_MAX = 10_000;
    private static final List<String> LIVING = EnvironmentState.words(EnvironmentState.LIVING);
    private static final String LIVES_UNTIL = "lives until ";
    private static final String BEFORE_WORKSPACE = "before_workspace";

    private final Jdbi jdbi;
    private final Cache<UUID, Environment> recent = Caffeine.newBuilder()
            .maximumSize(RECENT_MAX)
            .expireAfterWrite(Duration.ofSeconds(1))
            .build();

    @Inject
    public EnvironmentRepository(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A part of a list, and how long the whole is. */
    public record Page(List<Environment> environments, int total) {}

    /**
     * Stores a new one unless the workspace has {@code most} living ones already; false then. The workspace's row is
     * locked meanwhile, so that no two see the last place as free.
     */
    public boolean insert(Environment environment, int most) {
        return jdbi.inTransaction(handle -> insert(handle, environment, most));
    }

    /** Stores a new one in the same way, as a part of somebody's transaction. */
    public boolean insert(Handle handle, Environment environment, int most) {
        lockWorkspace(handle, environment.workspace());
        if (countLiving(handle, environment.workspace()) >= most) {
            return false;
        }
        handle.execute(
                EnvironmentTable.INSERT,
                EnvironmentTable.ALL.values(environment).toArray());
        addEvent(
                handle,
                environment.id(),
                environment.lifetime().createdAt(),
                "provisioning " + environment.assignment().taskRef());
        // Before anybody can move it on: they make it forgotten again.
        recent.put(environment.id(), environment);
        return true;
    }

    private static void lockWorkspace(Handle handle, WorkspaceId workspace) {
        if (!lockKnown(handle, workspace)) {
            makeKnown(handle, workspace);
            if (!lockKnown(handle, workspace)) {
                throw new IllegalStateException("a workspace's row is gone");
            }
        }
    }

    private static boolean lockKnown(Handle handle, WorkspaceId workspace) {
        return handle.createQuery("select org from workspaces where org = :org and workspace = :workspace for update")
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    /** Makes the workspace's row: of several at once one does, and the others find it when that one is through. */
    private static void makeKnown(Handle handle, WorkspaceId workspace) {
        handle.savepoint(BEFORE_WORKSPACE);
        try {
            handle.execute(
                    "insert into workspaces (org, workspace) values (?, ?)", workspace.org(), workspace.workspace());
        } catch (UnableToExecuteStatementException another) {
            handle.rollbackToSavepoint(BEFORE_WORKSPACE);
        }
    }

    private static int countLiving(Handle handle, WorkspaceId workspace) {
        return handle.createQuery("select count(*) from environments where org = :org and workspace = :workspace"
                        + " and state in (<living>)")
                .bindList("living", LIVING)
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .mapTo(Integer.class)
                .one();
    }

    /**
     * The one of that id, in whatever workspace: as it is, or as another server saw it a second ago. Every command asks.
     */
    public Optional<Environment> find(UUID id) {
        return Optional.ofNullable(recent.get(id, missing -> load(missing).orElse(null)));
    }

    private Optional<Environment> load(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from environments where id = :id")
                .bind("id", id)
                .map((row, context) -> EnvironmentTable.read(row))
                .findOne());
    }

    /** A page of a workspace's, newest first; {@code states} empty: all. */
    public Page list(WorkspaceId workspace, Set<EnvironmentState> states, int offset, int limit) {
        List<String> words = EnvironmentState.words(states.isEmpty() ? Set.of(EnvironmentState.values()) : states);
        String where = " from environments where org = :org and workspace = :workspace and state in (<states>)";
        return jdbi.withHandle(handle -> {
            int total = handle.createQuery("select count(*)" + where)
                    .bind("org", workspace.org())
                    .bind("workspace", workspace.workspace())
                    .bindList("states", words)
                    .mapTo(Integer.class)
                    .one();
            // What is equal in all of them is in the order too, or H2 would read them all to sort them.
            List<Environment> page = handle.createQuery("select *" + where + " and " + Moments.isThere("created_at")
                            + " order by org desc, workspace desc, created_at desc, id limit :limit offset :offset")
                    .bind("org", workspace.org())
                    .bind("workspace", workspace.workspace())
                    .bindList("states", words)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map((row, context) -> EnvironmentTable.read(row))
                    .list();
            return new Page(page, total);
        });
    }

    /** A page of all workspaces', newest first; {@code states} empty: all. */
    Page listAll(Set<EnvironmentState> states, int offset, int limit) {
        List<String> words = EnvironmentState.words(states.isEmpty() ? Set.of(EnvironmentState.values()) : states);
        return jdbi.withHandle(handle -> {
            int total = handle.createQuery("select count(*) from environments where state in (<states>)")
                    .bindList("states", words)
                    .mapTo(Integer.class)
                    .one();
            List<Environment> page = handle.createQuery("select * from environments where state in (<states>)"
                            + " order by created_at desc, id limit :limit offset :offset")
                    .bindList("states", words)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map((row, context) -> EnvironmentTable.read(row))
                    .list();
            return new Page(page, total);
        });
    }

    /** Makes that step if its state allows it; false when it does not (or there is none of that id). */
    public boolean move(UUID id, Transition step) {
        boolean moved = jdbi.withHandle(handle -> move(handle, id, step));
        recent.invalidate(id);
        return moved;
    }

    /** The same, and where it makes the step its own log says so: one is not there without the other. */
    public boolean move(UUID id, Transition step, Instant at, String message) {
        boolean moved = jdbi.inTransaction(handle -> {
            boolean made = move(handle, id, step);
            if (made) {
                addEvent(handle, id, at, message);
            }
            return made;
        });
        recent.invalidate(id);
        return moved;
    }

    private static boolean move(Handle handle, UUID id, Transition step) {
        String changes = EnvironmentTable.STATUS.assignments();
        List<@Nullable Object> values = EnvironmentTable.STATUS.values(step.status());
        if (step.built().isPresent()) {
            changes += ", " + EnvironmentTable.BUILT.assignments();
            values.addAll(EnvironmentTable.BUILT.values(step.built().get()));
        }
        values.add(id);
        values.addAll(EnvironmentState.words(step.from()));
        String update = "update environments set " + changes + " where id = ? and state in ("
                + Columns.places(step.from().size()) + ")";
        return handle.execute(update, values.toArray()) == 1;
    }

    /**
     * Gives a ready one that has not ended another end; false where there is none of that id. Its own log has the latest
     * alone, for a caller may give it another as often as they like.
     */
    boolean extend(UUID id, Instant expiresAt, Instant now) {
        boolean extended = jdbi.inTransaction(handle -> {
            boolean made = extend(handle, id, expiresAt, now);
            if (made) {
                handle.execute(
                        "delete from environment_events where environment_id = ? and message like ?",
                        id,
                        LIVES_UNTIL + "%");
                addEvent(handle, id, now, LIVES_UNTIL + expiresAt);
            }
            return made;
        });
        recent.invalidate(id);
        return extended;
    }

    private static boolean extend(Handle handle, UUID id, Instant expiresAt, Instant now) {
        return handle.createUpdate("update environments set expires_at = :end"
                                + " where id = :id and state = :ready and expires_at > :now")
                        .bind("end", Moments.utc(expiresAt))
                        .bind("id", id)
                        .bind("ready", EnvironmentState.READY.word())
                        .bind("now", Moments.utc(now))
                        .execute()
                == 1;
    }

    /** Digests of the images of all that live, or lived after {@code since}. */
    public Set<String> imagesInUse(Instant since) {
        return Set.copyOf(jdbi.withHandle(handle -> handle.createQuery("select distinct image from environments"
                        + " where image is not null and (ended_at is null or ended_at > :since)")
                .bind("since", Moments.utc(since))
                .mapTo(String.class)
                .list()));
    }

    /** How many there are in each state. */
    Map<EnvironmentState, Long> countByState() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select state, count(*) as n from environments group by state")
                .reduceRows(new EnumMap<>(EnvironmentState.class), (counts, row) -> {
                    counts.put(
                            EnvironmentState.stored(row.getColumn("state", String.class)),
                            row.getColumn("n", Long.class));
                    return counts;
                }));
    }

    /** The environments that are not in their last state. */
    public List<Environment> living() {
        return jdbi.withHandle(handle -> handle.createQuery("select * from environments where state in (<living>)")
                .bindList("living", LIVING)
                .map((row, context) -> EnvironmentTable.read(row))
                .list());
    }

    /** Living ones whose lifetime is over. */
    public List<UUID> expired(Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select id from environments where state in (<living>) and expires_at <= :now")
                .bindList("living", LIVING)
                .bind("now", Moments.utc(now))
                .mapTo(UUID.class)
                .list());
    }

    /** The living ones of one workspace whose lifetime is over. */
    public List<UUID> expired(Instant now, WorkspaceId workspace) {
        return jdbi.withHandle(handle -> handle.createQuery("select id from environments"
                        + " where org = :org and workspace = :workspace"
                        + " and state in (<living>) and expires_at <= :now")
                .bindList("living", LIVING)
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .bind("now", Moments.utc(now))
                .mapTo(UUID.class)
                .list());
    }

    /** The environments that ended before {@code before}. */
    public List<UUID> endedBefore(Instant before) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select id from environments where state in (<ended>) and ended_at < :before")
                .bindList("ended", EnvironmentState.words(EnvironmentState.ENDED))
                .bind("before", Moments.utc(before))
                .mapTo(UUID.class)
                .list());
    }

    /** Removes it with all that hangs on it. */
    public void delete(UUID id) {
        jdbi.useHandle(handle -> handle.execute("delete from environments where id = ?", id));
        recent.invalidate(id);
    }

    /** Adds a line to the environment's own log. */
    public void addEvent(UUID id, Instant at, String message) {
        jdbi.useHandle(handle -> addEvent(handle, id, at, message));
    }

    private static void addEvent(Handle handle, UUID id, Instant at, String message) {
        handle.execute(
                "insert into environment_events (environment_id, happened_at, message) values (?, ?, ?)",
                id,
                Moments.utc(at),
                EventText.of(message));
    }

    /** The newest {@code limit} events of an environment. */
    List<LogLine> events(UUID environment, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("select happened_at, message from environment_events"
                        + " where environment_id = :environment and " + Moments.isThere("happened_at")
                        + " order by environment_id desc, happened_at desc limit :limit")
                .bind("environment", environment)
                .bind("limit", limit)
                .map((row, context) -> new LogLine(Moments.require(row, "happened_at"), row.getString("message")))
                .list());
    }
}
