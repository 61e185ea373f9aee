package dev.sandlot.environment;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The secrets that the operator has laid down: a file for each, {@code org/id}. */
@Singleton
public class Secrets {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private final EnvironmentConfig config;

    @Inject
    public Secrets(EnvironmentConfig config) {
        this.config = config;
    }

    /** Tells a fault for each id that names no secret of the organization. */
    void check(String org, List<String> ids, Faults faults) {
        for (int i = 0; i < ids.size(); i++) {
            if (!exists(org, ids.get(i))) {
                faults.badValue("There is no such secret", "body", "secret_ids", i);
            }
        }
    }

    /**
     * The variables of every command: the environment's own, and its secrets' by the names of theirs: the id in capitals, what is no letter or digit as {@code _}.
     * They are read for each command, so that they are stored nowhere else. Throws CONFLICT when one is gone.
     */
    public Map<String, String> commandVariables(Environment environment) {
        Map<String, String> variables = new HashMap<>(environment.commands().env());
        for (String id : environment.commands().secretIds()) {
            variables.put(variable(id), read(environment.workspace().org(), id));
        }
        return variables;
    }

    private static String variable(String id) {
        String name = id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    private String read(String org, String id) {
        try {
            Path folder = config.secretsDirectory().orElseThrow(() -> gone(id));
            return Files.readString(folder.resolve(org).resolve(id)).stripTrailing();
        } catch (IOException unreadable) {
            throw gone(id);
        }
    }

    private static ApiException gone(String id) {
        return new ApiException(ErrorType.CONFLICT, "The secret " + id + " is not there any more; ask the operator");
    }

    private boolean exists(String org, String id) {
        return ID.matcher(id).matches()
                && config.secretsDirectory()
                        .map(folder -> folder.resolve(org).resolve(id))
                        .filter(Files::isRegularFile)
                        .isPresent();
    }
}
