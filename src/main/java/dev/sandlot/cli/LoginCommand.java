package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonStructure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keeps where and as whom. The secret is read, so that it stands in no list of processes and in no history. */
@Command(
        name = "login",
        description = {
            "Keeps a server's address and a key (dn_key_...) or a token, readable by you alone.",
            "It is asked for, or read from standard input."
        },
        mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
    /** The start script says so: since Java 22 there is a console without a terminal too. */
    private static final String TERMINAL = "sandlot.terminal";

    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVER", description = "Such as https://sandlot.example")
    private URI server;

    @Override
    public Integer call() throws IOException {
        String secret = secret();
        // Any workspace will do to ask which there are.
        Api api = new Api(new Profile(server, "-/-", secret));
        JsonObject user = api.get(api.profile().api("/user")).asJsonObject();
        String workspace = session.settings().workspace;
        Profile profile = new Profile(server, workspace == null ? usual(api) : workspace, secret);
        Path kept = session.keeping().keepLogin(profile.toJson());
        PrintWriter out = spec.commandLine().getOut();
        out.println("You are " + user.getString("username") + " in " + profile + " (" + kept + ")");
        return 0;
    }

    private static String secret() throws IOException {
        String line = Boolean.getBoolean(TERMINAL) ? typed() : piped();
        if (line == null || line.isBlank()) {
            throw new Failure(Failure.FAILED, "There is no key or token on standard input");
        }
        return line.strip();
    }

    /** Not shown while it is. */
    private static @Nullable String typed() {
        char[] secret = requireNonNull(System.console()).readPassword("Key or token: ");
        return secret == null ? null : new String(secret);
    }

    private static @Nullable String piped() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }

    /** The only one that there is, or that a client begins with. */
    private static String usual(Api api) {
        JsonArray organizations =
                api.get(api.profile().api("/user/organizations")).asJsonArray();
        if (organizations.size() != 1) {
            throw new Failure(Failure.FAILED, "Say which workspace: --workspace ORG/WORKSPACE");
        }
        String org = organizations.getJsonObject(0).getString("key");
        JsonStructure workspaces = api.get(api.profile().api("/org/" + org + "/ws"));
        return workspaces.asJsonArray().getValuesAs(JsonObject.class).stream()
                .filter(one -> one.getBoolean("is_default", false))
                .map(one -> org + "/" + one.getString("key"))
                .findFirst()
                .orElseThrow(() -> new Failure(Failure.FAILED, "Say which workspace: --workspace ORG/WORKSPACE"));
    }
}
