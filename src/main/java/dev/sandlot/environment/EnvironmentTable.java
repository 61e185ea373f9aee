package dev.sandlot.environment;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.task.TaskScript;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of environments: which column holds what. */
final class EnvironmentTable {
    private static final Jsonb JSON = JsonbBuilder.create();

    /** What changes with every step from state to state. */
    static final Columns<Status> STATUS = Columns.<Status>of(
                    "state", status -> status.state().word())
            .and("ended_at", Status::endedAt)
            .and("error", Status::error);

    private static final Columns<Owner> OWNER = Columns.<Owner>of(
                    "org", owner -> owner.workspace().org())
            .and("workspace", owner -> owner.workspace().workspace())
            .and("created_by", Owner::createdBy)
            .and("project_id", Owner::projectId);

    private static final Columns<Assignment> ASSIGNMENT = Columns.of("task_ref", Assignment::taskRef)
            .and("instruction", Assignment::instruction)
            .and("verification", Assignment::verification);

    private static final Columns<Lifetime> LIFETIME =
            Columns.of("created_at", Lifetime::createdAt).and("expires_at", Lifetime::expiresAt);

    private static final Columns<Commands> COMMANDS = Columns.<Commands>of(
                    "command_env", commands -> JSON.toJson(commands.env()))
            .and("command_user", Commands::user)
            .and("secret_ids", commands -> JSON.toJson(commands.secretIds()));

    private static final Columns<Resources> RESOURCES =
            Columns.of("image", Resources::image).and("memory_bytes", Resources::memoryBytes);

    static final Columns<Environment> ALL = Columns.of("id", Environment::id)
            .and(OWNER.in(Environment::owner))
            .and(ASSIGNMENT.in(Environment::assignment))
            .and(STATUS.in(Environment::status))
            .and(LIFETIME.in(Environment::lifetime))
            .and("token_hash", Environment::tokenHash)
            .and(COMMANDS.in(Environment::commands))
            .and(RESOURCES.in(Environment::resources))
            .and("services", environment -> StoredServices.write(environment.services()))
            .and(
                    "teardown",
                    environment -> teardown(environment).map(TaskScript::text).orElse(null))
            .and(
                    "teardown_sec",
                    environment ->
                            teardown(environment).map(EnvironmentTable::seconds).orElse(null));

    /** What an image adds to, when it is here. */
    static final Columns<Environment> BUILT = ALL.only("command_env", "command_user", "services", "image");

    static final String INSERT = ALL.insertInto("environments");

    private EnvironmentTable() {}

    private static Optional<TaskScript> teardown(Environment environment) {
        return Optional.ofNullable(environment.teardown());
    }

    private static int seconds(TaskScript script) {
        return Math.toIntExact(script.timeout().toSeconds());
    }

    static Environment read(ResultSet row) throws SQLException {
        return new Environment(
                row.getObject("id", UUID.class),
                new Owner(
                        new WorkspaceId(row.getString("org"), row.getString("workspace")),
                        row.getString("created_by"),
                        row.getString("project_id")),
                new Assignment(row.getString("task_ref"), row.getString("instruction"), row.getString("verification")),
                new Status(
                        EnvironmentState.stored(row.getString("state")),
                        Moments.find(row, "ended_at").orElse(null),
                        row.getString("error")),
                new Lifetime(Moments.require(row, "created_at"), Moments.require(row, "expires_at")),
                row.getString("token_hash"),
                new Commands(
                        strings(row.getString("command_env")),
                        row.getString("command_user"),
                        secretIds(row.getString("secret_ids"))),
                new Resources(row.getString("image"), row.getLong("memory_bytes")),
                StoredServices.read(row.getString("services")),
                readTeardown(row));
    }

    private static @Nullable TaskScript readTeardown(ResultSet row) throws SQLException {
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
}
