package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code sandlot}. */
@Command(
        name = "sandlot",
        description = "Sandboxes of a Sandlot server.",
        mixinStandardHelpOptions = true,
        version = "sandlot 1",
        subcommands = {
            LoginCommand.class,
            EnvironmentCommand.class,
            ExecCommand.class,
            CopyCommand.class,
            LogsCommand.class,
            TaskCommand.class,
            GenerateCompletion.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; exec: the command's own",
            "1:the server refused, or something failed",
            "2:the arguments are wrong",
            "3:not logged in, or not allowed",
            "4:there is no such thing",
            "5:the server can't be reached",
            "124:exec: the command ran past its timeout",
            "125:exec: the command could not be run, or its fate is unknown"
        })
final class Main extends Session implements Runnable {
    private Main(Map<String, String> variables) {
        super(variables);
    }

    public static void main(String[] args) {
        System.exit(run(System.getenv(), args));
    }

    /** Runs that command line with these environment variables; returns its exit code. */
    static int run(Map<String, String> variables, String... args) {
        return commandLine(new Main(variables)).execute(args);
    }

    private static CommandLine commandLine(Main main) {
        CommandLine line = new CommandLine(main);
        // What follows the command that is to run there is that command's.
        requireNonNull(line.getSubcommands().get("exec")).setStopAtPositional(true);
        line.setExecutionExceptionHandler(
                (failure, failed, parsed) -> Failure.of(failure).tell(failed));
        return line;
    }

    /** Without a command. */
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
