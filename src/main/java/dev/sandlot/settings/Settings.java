package dev.sandlot.settings;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;

/** The settings as the operator gave them. */
@Singleton
public class Settings {
    /** The ordinal of a default in server.xml. */
    private static final int DEFAULT_ORDINAL = 1;

    private final Config config;

    @Inject
    public Settings(Config config) {
        this.config = config;
    }

    /** Throws IllegalArgumentException, with a sentence for the operator, for a value that is not taken. */
    public <T> T get(Setting<T> setting) {
        return setting.read(config.getOptionalValue(setting.key(), String.class));
    }

    /** Whether somebody else than the server's own files says it. */
    public boolean isSaid(Setting<?> setting) {
        var value = config.getConfigValue(setting.key());
        return value.getValue() != null && value.getSourceOrdinal() > DEFAULT_ORDINAL;
    }

    /** The names of all variables that are set, those of other programs too. */
    Set<String> variables() {
        Set<String> variables = new TreeSet<>();
        config.getPropertyNames().forEach(name -> variables.add(Setting.variable(name)));
        return variables;
    }
}
