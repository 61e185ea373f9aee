package dev.sandlot.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command takes. */
final class Settings {
    @Option(
            names = {"-s", "--server"},
            scope = ScopeType.INHERIT,
            description = "Address of the server; else $SANDLOT_SERVER, else that of login.")
    @Nullable
    URI server;

    @Option(
            names = {"-w", "--workspace"},
            scope = ScopeType.INHERIT,
            paramLabel = "ORG/WORKSPACE",
            description = "Else $SANDLOT_WORKSPACE, else that of login.")
    @Nullable
    String workspace;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Answers as the server gives them; exec: its events, one a line.")
    boolean json;
}
