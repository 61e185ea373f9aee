package dev.sandlot.cli;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands on environments. */
@Command(name = "env", description = "Environments.", mixinStandardHelpOptions = true)
final class EnvironmentCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Command(
            name = "create",
            description = "Makes one and prints its id; its token is kept for exec.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "TASK",
                            defaultValue = "shell",
                            description = "[org/]name[@version]")
                    String task,
            @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long it lives.") @Nullable
                    Integer timeout,
            @Option(names = "--input", paramLabel = "NAME=VALUE", description = "For the task's instruction.") @Nullable
                    Map<String, String> inputs) {
        JsonObjectBuilder body = Json.createObjectBuilder().add("task_ref", task);
        if (timeout != null) {
            body.add("timeout_sec", timeout);
        }
        if (inputs != null) {
            body.add("inputs", Json.createObjectBuilder(new LinkedHashMap<>(inputs)));
        }
        Api api = session.api();
        // Sent again by nobody but itself: a lost answer leaves no environment that nobody has the token of.
        Map<String, String> headers =
                Map.of("Idempotency-Key", UUID.randomUUID().toString());
        JsonObject made = api.send("POST", api.profile().environments(""), body.build(), headers)
                .asJsonObject();
        session.keeping().keepToken(UUID.fromString(made.getString("id")), made.getString("execute_token"));
        return print(made, made.getString("id") + "\n");
    }

    @Command(name = "list", description = "Those of the workspace, newest first.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--state", description = "Only those; may be repeated.") @Nullable List<String> states,
            @Option(names = "--page", defaultValue = "1") int page,
            @Option(names = "--limit", defaultValue = "50") int limit) {
        StringBuilder query = new StringBuilder("?page=" + page + "&limit=" + limit);
        if (states != null) {
            states.forEach(state -> query.append("&state=").append(state.replaceAll("[^a-z_]", "")));
        }
        Api api = session.api();
        JsonObject found = api.get(api.profile().environments(query.toString())).asJsonObject();
        return print(
                found,
                Shown.table(
                        found.getJsonArray("environments").getValuesAs(JsonObject.class),
                        "id",
                        "state",
                        "task_ref",
                        "created_at",
                        "expires_at"));
    }

    @Command(name = "get", description = "One of them.", mixinStandardHelpOptions = true)
    int get(@Parameters(paramLabel = "ID") UUID id) {
        Api api = session.api();
        JsonObject found = api.get(api.profile().environments("/" + id)).asJsonObject();
        return print(found, Shown.members(found));
    }

    @Command(name = "extend", description = "Has one live so long from now.", mixinStandardHelpOptions = true)
    int extend(@Parameters(paramLabel = "ID") UUID id, @Parameters(paramLabel = "SECONDS") int seconds) {
        Api api = session.api();
        JsonObject body = Json.createObjectBuilder().add("timeout_sec", seconds).build();
        JsonObject found = api.send("PATCH", api.profile().environments("/" + id), body, Map.of())
                .asJsonObject();
        return print(found, found.getString("expires_at", "-") + "\n");
    }

    @Command(name = "rm", description = "Tears them down.", mixinStandardHelpOptions = true)
    int remove(@Parameters(arity = "1..*", paramLabel = "ID") List<UUID> ids) {
        Api api = session.api();
        for (UUID id : ids) {
            api.delete(api.profile().environments("/" + id), Map.of(), PATIENCE);
            session.keeping().forgetToken(id);
        }
        return 0;
    }

    private int print(JsonObject answer, String text) {
        spec.commandLine().getOut().print(session.settings().json ? answer + "\n" : text);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
