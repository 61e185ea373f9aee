package dev.sandlot.cli;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Runs a command in an environment as if it were here. */
@Command(
        name = "exec",
        description = {
            "Runs a command in an environment as if it were here: its output as it comes, its exit code.",
            "One word is shell text; several are a program and its arguments. Ctrl-C kills it there.",
            "A connection that breaks is made again, and nothing runs twice."
        },
        mixinStandardHelpOptions = true)
final class ExecCommand implements Callable<Integer> {
    private static final int FAILED = 125;
    private static final Duration KILL = Duration.ofSeconds(10);

    @ParentCommand
    private Session session;

    @Option(
            names = {"-i", "--stdin"},
            description = "Send standard input; text or bytes, as it comes.")
    private boolean stdin;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "After so long it is killed; 30 when absent.")
    private @Nullable Integer timeout;

    @Option(
            names = {"-C", "--cwd"},
            description = "Working directory; the environment's when absent.")
    private @Nullable String cwd;

    @Option(
            names = {"-u", "--user"},
            description = "Name or id; the task's user when absent.")
    private @Nullable String user;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable; may be repeated.")
    private @Nullable Map<String, String> variables;

    @Option(names = "--detach", description = "Do not wait: print the execution's id.")
    private boolean detach;

    @Option(
            names = "--reconnect",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long a lost connection is tried for; 60 when absent.")
    private int reconnect;

    @Mixin
    private final TokenOption token = new TokenOption();

    @Parameters(paramLabel = "ID", index = "0")
    private UUID id;

    @Parameters(paramLabel = "COMMAND", index = "1..*", arity = "1..*")
    private List<String> words;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Api api = session.api();
            RemoteCommand.Target target = token.target(session, id);
            return detach ? begin(api, target) : follow(api, target);
        } catch (Failure failure) {
            // Its exit code must not be taken for the command's.
            throw new Failure(FAILED, failure.sentence());
        } catch (UncheckedIOException unreadable) {
            throw new Failure(FAILED, Failure.of(unreadable).sentence());
        }
    }

    JsonObject body() {
        JsonObjectBuilder body = Json.createObjectBuilder();
        if (words.size() == 1) {
            body.add("command", words.get(0));
        } else {
            body.add("argv", Json.createArrayBuilder(words));
        }
        if (timeout != null) {
            body.add("timeout_sec", timeout);
        }
        if (cwd != null) {
            body.add("cwd", cwd);
        }
        if (user != null) {
            body.add("user", user);
        }
        if (variables != null) {
            body.add("env", Json.createObjectBuilder(new LinkedHashMap<>(variables)));
        }
        return body.add("streams", "split")
                .add("on_timeout", "result")
                .add("stdin_open", stdin)
                .build();
    }

    private int begin(Api api, RemoteCommand.Target target) {
        Map<String, String> headers = new LinkedHashMap<>(target.headers());
        headers.put("Prefer", "respond-async");
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        JsonObject record = api.send("POST", api.profile().environments("/" + id + "/execute"), body(), headers)
                .asJsonObject();
        System.out.println(session.settings().json ? record.toString() : record.getString("id"));
        return 0;
    }

    private int follow(Api api, RemoteCommand.Target target) throws InterruptedException {
        RemoteCommand command = new RemoteCommand(api, target, body(), Duration.ofSeconds(reconnect));
        Thread killer = new Killer(command);
        Runtime.getRuntime().addShutdownHook(killer);
        if (stdin) {
            new InputPump(api, target, command, System.in).start();
        }
        try {
            return command.follow(session.settings().json ? ExecCommand::printJson : new Printing());
        } finally {
            forget(killer);
        }
    }

    private static void forget(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException stopping) {
            // It is doing its work.
        }
    }

    /** At Ctrl-C, and when it is told to end. */
    private static final class Killer extends Thread {
        private final RemoteCommand command;

        Killer(RemoteCommand command) {
            super("killer");
            this.command = command;
        }

        @Override
        public void run() {
            try {
                command.kill(KILL);
            } catch (Failure failure) {
                System.err.println("sandlot: the command may run on: " + failure.sentence());
            }
        }
    }

    private static void printJson(ServerEvent event) {
        System.out.println(Json.createObjectBuilder()
                .add("event", event.name())
                .add("data", Api.parse(event.data()))
                .build());
    }

    /** Each stream of the command to its own here. */
    private static final class Printing implements RemoteCommand.Sink {
        private long expectedOut;
        private long expectedErr;

        @Override
        public void take(ServerEvent event) {
            if (!event.name().equals("output")) {
                return;
            }
            JsonObject data = Api.parse(event.data()).asJsonObject();
            byte[] bytes = data.getString("data").getBytes(StandardCharsets.UTF_8);
            long offset = data.getJsonNumber("offset").longValue();
            if (data.getString("stream").equals("stderr")) {
                print(System.err, bytes, offset - expectedErr);
                expectedErr = offset + bytes.length;
            } else {
                print(System.out, bytes, offset - expectedOut);
                expectedOut = offset + bytes.length;
            }
        }

        private static void print(PrintStream stream, byte[] bytes, long gap) {
            if (gap > 0) {
                System.err.println("[sandlot: " + gap + " bytes left out]");
            }
            stream.write(bytes, 0, bytes.length);
            stream.flush();
        }
    }
}
