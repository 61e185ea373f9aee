package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import jakarta.json.Json;
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
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keeps where and as whom. The secret is read, so that it stands in no list of processes and in no history. */
@Command(
        name = "login",
        description = {
            "Keeps a server's address and a key (dn_key_...) or a token, readable by you alone.",
            "It is asked for, or read from standard input, or made when a browser has approved it (--device)."
        },
        mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
    /** The start script says so: since Java 22 there is a console without a terminal too. */
    private static final String TERMINAL = "sandlot.terminal";

    private static final String KEY_NAME = "sandlot login";

    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVER", description = "Such as https://sandlot.example")
    private URI server;

    @Option(
            names = "--device",
            description =
                    "Approve the login in a browser, here or elsewhere; nothing is read. Makes a key and keeps it.")
    private boolean device;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String secret = device ? approved() : secret();
        // Any workspace will do to ask which there are.
        Api api = new Api(new Profile(server, "-/-", secret));
        JsonObject user = api.get(api.profile().api("/user")).asJsonObject();
        String workspace = session.settings().workspace;
        Profile profile = new Profile(server, workspace == null ? usual(api) : workspace, device ? key(api) : secret);
        Path kept = session.keeping().keepLogin(profile.toJson());
        PrintWriter out = spec.commandLine().getOut();
        out.println("You are " + user.getString("username") + " in " + profile + " (" + kept + ")");
        return 0;
    }

    /** The identity provider's token, which its user has approved; it is good for minutes. */
    private String approved() throws IOException, InterruptedException {
        DeviceConnection connection = new DeviceConnection(server);
        DeviceCodes codes = begun(connection);
        PrintWriter err = spec.commandLine().getErr();
        err.println(codes.request());
        err.println("(it is good for " + codes.lifetime().toSeconds() + " seconds; Ctrl-C ends this)");
        return new DeviceLogin(connection, connection, codes).await();
    }

    private DeviceCodes begun(DeviceConnection connection) throws InterruptedException {
        try {
            return DeviceLogin.begin(connection);
        } catch (IOException broken) {
            throw Failure.unreachable(server.toString(), broken);
        }
    }

    /** Made last, when all else is known: its secret is told once. */
    private static String key(Api api) {
        JsonObject wanted = Json.createObjectBuilder()
                .add("name", KEY_NAME)
                .add("allow_self_revoke", true)
                .build();
        return api.send("POST", api.profile().api("/user/api-keys"), wanted, Map.of())
                .asJsonObject()
                .getString("key");
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
