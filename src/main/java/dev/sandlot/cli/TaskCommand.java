package dev.sandlot.cli;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands on tasks. */
@Command(name = "task", description = "Tasks.", mixinStandardHelpOptions = true)
final class TaskCommand {
    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Command(name = "push", description = "Publishes a version of a task.", mixinStandardHelpOptions = true)
    int push(
            @Parameters(paramLabel = "NAME@VERSION") String reference,
            @Parameters(paramLabel = "FILE", description = "Its definition as JSON; - reads standard input.")
                    String file)
            throws IOException {
        if (!reference.matches("[a-z0-9][a-z0-9-]*@[0-9]+\\.[0-9]+\\.[0-9]+")) {
            throw new Failure(Failure.FAILED, "A version is written NAME@MAJOR.MINOR.PATCH, not " + reference);
        }
        Api api = session.api();
        JsonObject pushed = api.send(
                        "PUT",
                        api.profile().api("/org/" + api.profile().org() + "/tasks/" + reference.replace('@', '/')),
                        definition(file),
                        Map.of())
                .asJsonObject();
        return print(pushed, pushed.getString("name") + "@" + pushed.getString("version") + "\n");
    }

    private static JsonObject definition(String file) throws IOException {
        String text = file.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(file));
        try {
            return Api.parse(text).asJsonObject();
        } catch (JsonException | ClassCastException unfit) {
            throw new Failure(Failure.FAILED, file + " is no JSON object");
        }
    }

    @Command(name = "list", description = "The newest version of each.", mixinStandardHelpOptions = true)
    int list(@Option(names = "--search", description = "Only those with this in them.") @Nullable String search) {
        Api api = session.api();
        String query = search == null ? "" : "&search=" + URLEncoder.encode(search, StandardCharsets.UTF_8);
        JsonStructure found = api.get(api.profile().api("/org/" + api.profile().org() + "/tasks?limit=200" + query));
        return print(
                found.asJsonObject(),
                Shown.table(
                        found.asJsonObject().getJsonArray("tasks").getValuesAs(JsonObject.class),
                        "org_key",
                        "name",
                        "version",
                        "template_status",
                        "description"));
    }

    private int print(JsonObject answer, String text) {
        spec.commandLine().getOut().print(session.settings().json ? answer + "\n" : text);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
