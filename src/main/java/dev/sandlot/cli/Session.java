package dev.sandlot.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** What every command has to do with: what was said before it, and what is kept from one to the next. */
abstract class Session {
    @Mixin
    private final Settings settings = new Settings();

    private final Map<String, String> variables;

    /** {@code variables}: of the environment in which it runs. */
    Session(Map<String, String> variables) {
        this.variables = variables;
    }

    Settings settings() {
        return settings;
    }

    Map<String, String> variables() {
        return variables;
    }

    /** What is kept of this user's. */
    Keeping keeping() {
        return new Keeping(Keeping.folder(variables, Path.of(System.getProperty("user.home", "/"))));
    }

    /** By what was said, by variables, or by what login has kept; throws {@link Failure} when nobody said. */
    Api api() {
        return new Api(Profile.find(settings, variables, keeping()));
    }
}
