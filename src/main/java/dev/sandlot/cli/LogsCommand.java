package dev.sandlot.cli;

import jakarta.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** An environment's own log. */
@Command(
        name = "logs",
        description = "The last of an environment's own log: provisioning, executions, faults.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    @ParentCommand
    private Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID")
    private UUID id;

    @Override
    public Integer call() {
        Api api = session.api();
        JsonObject logs =
                api.get(api.profile().environments("/" + id + "/logs")).asJsonObject();
        spec.commandLine().getOut().print(session.settings().json ? logs + "\n" : logs.getString("logs"));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
