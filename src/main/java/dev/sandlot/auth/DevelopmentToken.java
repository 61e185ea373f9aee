package dev.sandlot.auth;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Console command: prints a new token of development mode. Its argument is the server's data directory. */
public final class DevelopmentToken {
    private DevelopmentToken() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        // A library asks for a logging provider, and tells whoever runs a command that there is none.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        if (arguments.length != 1 || !Files.isDirectory(Path.of(arguments[0], "development"))) {
            System.err.println("Name the data directory of a server that has run in development mode");
            System.exit(1);
        }
        out.println(new DevelopmentIdentity(Path.of(arguments[0])).issue());
    }
}
