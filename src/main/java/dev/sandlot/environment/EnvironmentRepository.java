package dev.sandlot.environment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.EnvironmentLog.LogLine;
import dev.sandlot.sandbox.PlainText;
import dev.sandlot.task.TaskScript;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Environments in the database. Every change of state is one statement that names the states it may start from. */
@Singleton
public class EnvironmentRepository {
    private static final Jsonb JSON = JsonbBuilder.create();
    private static final int ERROR_MAX = 1000;
    private static final int RECENT_MAX = 10_000;
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

    /** The same as a part of somebody's transaction. */
    public boolean insert(Handle handle, Environment environment, int most) {
        lockWorkspace(handle, environment.workspace());
        if (countLiving(handle, environment.workspace()) >= most) {
            return false;
        }
        insert(handle, environment);
        addEvent(handle, environment.id(), environment.createdAt(), "provisioning " + environment.taskRef());
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

    /** Of several that are the first at once one makes the row, and the others find it when that one is through. */
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
                        + " and state not in ('torn_down', 'failed')")
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .mapTo(Integer.class)
                .one();
    }

    private static void insert(Handle handle, Environment environment) {
        handle.createUpdate(
                        "insert into environments (id, org, workspace, task_ref, state, created_at, expires_at,"
                                + " instruction, verification, project_id, token_hash, command_env, command_user, secret_ids, teardown, teardown_sec, services, image, created_by, memory_bytes)"
                                + " values (:id, :org, :workspace, :taskRef, :state, :createdAt, :expiresAt,"
                                + " :instruction, :verification, :projectId, :tokenHash, :commandEnv, :commandUser, :secretIds, :teardown, :teardownSec, :services, :image, :createdBy, :memoryBytes)")
                .bind("id", environment.id())
                .bind("org", environment.workspace().org())
                .bind("workspace", environment.workspace().workspace())
                .bind("taskRef", environment.taskRef())
                .bind("state", environment.state().word())
                .bind("createdAt", utc(environment.createdAt()))
                .bind("expiresAt", utc(environment.expiresAt()))
                .bind("instruction", environment.instruction())
                .bind("verification", environment.verification())
                .bind("projectId", environment.projectId())
                .bind("tokenHash", environment.tokenHash())
                .bind("commandEnv", JSON.toJson(environment.commandEnv()))
                .bind("commandUser", environment.commandUser())
                .bind("secretIds", JSON.toJson(environment.secretIds()))
                .bind("teardown", Optional.ofNullable(environment.teardown()).map(TaskScript::text))
                .bind("teardownSec", Optional.ofNullable(environment.teardown()).map(EnvironmentRepository::seconds))
                .bind("services", StoredServices.write(environment.services()))
                .bind("image", environment.image())
                .bind("createdBy", environment.createdBy())
                .bind("memoryBytes", environment.memoryBytes())
                .execute();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
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
                .map((row, context) -> read(row))
                .findOne());
    }

    /** A page of a workspace's, newest first; {@code states} empty: all. */
    public Page list(WorkspaceId workspace, Set<EnvironmentState> states, int offset, int limit) {
        List<String> words = (states.isEmpty() ? Set.of(EnvironmentState.values()) : states)
                .stream().map(EnvironmentState::word).collect(Collectors.toList());
        String where = " from environments where org = :org and workspace = :workspace and state in (<states>)";
        return jdbi.withHandle(handle -> {
            int total = handle.createQuery("select count(*)" + where)
                    .bind("org", workspace.org())
                    .bind("workspace", workspace.workspace())
                    .bindList("states", words)
                    .mapTo(Integer.class)
                    .one();
            List<Environment> page = handle.createQuery(
                            "select *" + where + " order by created_at desc, id limit :limit offset :offset")
                    .bind("org", workspace.org())
                    .bind("workspace", workspace.workspace())
                    .bindList("states", words)
                    .bind("limit", limit)
                    .bind("offset", offset)
                    .map((row, context) -> read(row))
                    .list();
            return new Page(page, total);
        });
    }

    /** Moves it on if its state allows that; false when it does not (or there is none of that id). */
    public boolean move(UUID id, EnvironmentState to, Instant now, @Nullable String error) {
        List<String> from = Arrays.stream(EnvironmentState.values())
                .filter(state -> state.next().contains(to))
                .map(EnvironmentState::word)
                .toList();
        boolean moved = jdbi.withHandle(
                        handle -> handle.createUpdate("update environments set state = :to, ended_at = :endedAt,"
                                        + " error = coalesce(:error, error) where id = :id and state in (<from>)")
                                .bind("to", to.word())
                                .bind("endedAt", to.isTerminal() ? utc(now) : null)
                                .bind("error", error == null ? null : fit(error))
                                .bind("id", id)
                                .bindList("from", from)
                                .execute())
                == 1;
        recent.invalidate(id);
        return moved;
    }

    private static String fit(String error) {
        String plain = PlainText.lines(error);
        return plain.length() <= ERROR_MAX ? plain : plain.substring(0, ERROR_MAX);
    }

    /** Its image is here, and with it what commands get from that; false when it is not to be made any more. */
    public boolean built(Environment environment) {
        boolean moved = jdbi.withHandle(handle -> handle.createUpdate("update environments set state = :state,"
                                + " command_env = :commandEnv, command_user = :commandUser, services = :services, image = :image"
                                + " where id = :id and state = 'building'")
                        .bind("state", environment.state().word())
                        .bind("commandEnv", JSON.toJson(environment.commandEnv()))
                        .bind("commandUser", environment.commandUser())
                        .bind("services", StoredServices.write(environment.services()))
                        .bind("image", environment.image())
                        .bind("id", environment.id())
                        .execute())
                == 1;
        recent.invalidate(environment.id());
        return moved;
    }

    /** Digests of the images of all that live, or lived after {@code since}. */
    public Set<String> imagesInUse(Instant since) {
        return Set.copyOf(jdbi.withHandle(handle -> handle.createQuery("select distinct image from environments"
                        + " where image is not null and (ended_at is null or ended_at > :since)")
                .bind("since", utc(since))
                .mapTo(String.class)
                .list()));
    }

    /** All that is not in its last state. */
    public List<Environment> living() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select * from environments where state not in ('torn_down', 'failed')")
                        .map((row, context) -> read(row))
                        .list());
    }

    /** Living ones whose lifetime is over. */
    public List<UUID> expired(Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery("select id from environments"
                        + " where state in ('building', 'provisioning', 'ready', 'paused') and expires_at <= :now")
                .bind("now", utc(now))
                .mapTo(UUID.class)
                .list());
    }

    /** The same of one workspace. */
    public List<UUID> expired(Instant now, WorkspaceId workspace) {
        return jdbi.withHandle(handle -> handle.createQuery("select id from environments"
                        + " where org = :org and workspace = :workspace"
                        + " and state in ('building', 'provisioning', 'ready', 'paused') and expires_at <= :now")
                .bind("org", workspace.org())
                .bind("workspace", workspace.workspace())
                .bind("now", utc(now))
                .mapTo(UUID.class)
                .list());
    }

    /** Those that ended before {@code before}. */
    public List<UUID> endedBefore(Instant before) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select id from environments where state in ('torn_down', 'failed') and ended_at < :before")
                .bind("before", utc(before))
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
                utc(at),
                EventText.of(message));
    }

    private static Environment read(ResultSet row) throws SQLException {
        return new Environment(
                row.getObject("id", UUID.class),
                new WorkspaceId(row.getString("org"), row.getString("workspace")),
                row.getString("task_ref"),
                EnvironmentState.stored(row.getString("state")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                instant(row, "ended_at"),
                row.getString("instruction"),
                row.getString("verification"),
                row.getString("project_id"),
                row.getString("error"),
                row.getString("token_hash"),
                strings(row.getString("command_env")),
                row.getString("command_user"),
                secretIds(row.getString("secret_ids")),
                teardown(row),
                StoredServices.read(row.getString("services")),
                row.getString("image"),
                row.getString("created_by"),
                row.getLong("memory_bytes"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static int seconds(TaskScript script) {
        return Math.toIntExact(script.timeout().toSeconds());
    }

    private static @Nullable TaskScript teardown(ResultSet row) throws SQLException {
        String text = row.getString("teardown");
        return text == null ? null : new TaskScript(text, Duration.ofSeconds(row.getInt("teardown_sec")));
    }

    @SuppressWarnings("unchecked")
    private static List<String> secretIds(String json) {
        return json.equals("[]") ? List.of() : JSON.fromJson(json, List.class);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> strings(String json) {
        return json.equals("{}") ? Map.of() : JSON.fromJson(json, Map.class);
    }

    /** The newest {@code limit} events of an environment. */
    List<LogLine> events(UUID environment, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("select happened_at, message from environment_events"
                        + " where environment_id = :environment order by happened_at desc limit :limit")
                .bind("environment", environment)
                .bind("limit", limit)
                .map((row, context) -> new LogLine(
                        row.getObject("happened_at", OffsetDateTime.class).toInstant(), row.getString("message")))
                .list());
    }
}
