package dev.sandlot.environment;

import dev.sandlot.errors.Faults;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.util.List;
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

    private boolean exists(String org, String id) {
        return ID.matcher(id).matches()
                && config.secretsDirectory()
                        .map(folder -> folder.resolve(org).resolve(id))
                        .filter(Files::isRegularFile)
                        .isPresent();
    }
}
