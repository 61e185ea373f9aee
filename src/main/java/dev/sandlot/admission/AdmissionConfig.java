package dev.sandlot.admission;

import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * What is let in.
 *
 * @param ratePerSecond requests a second that a caller may make for long
 * @param rateBurst requests that a caller may make at once
 * @param perEnvironment executions at once in an environment
 * @param perWorkspace executions at once in a workspace
 * @param perOrganization executions at once in an organization
 * @param perServer executions at once in this server, of which each organization has its share
 * @param minimumClientVersions by the name that a client gives itself
 */
public record AdmissionConfig(
        long ratePerSecond,
        long rateBurst,
        int perEnvironment,
        int perWorkspace,
        int perOrganization,
        int perServer,
        Map<String, Version> minimumClientVersions) {
    /** The keeper has places for 128 executions, some of which hold endings that wait to be fetched. */
    private static final int PER_ENVIRONMENT_MAX = 64;

    public AdmissionConfig {
        atLeastOne("SANDLOT_RATE_PER_SECOND", ratePerSecond);
        atLeastOne("SANDLOT_RATE_BURST", rateBurst);
        atLeastOne("SANDLOT_EXECUTIONS_PER_ENVIRONMENT", perEnvironment);
        atLeastOne("SANDLOT_EXECUTIONS_PER_WORKSPACE", perWorkspace);
        atLeastOne("SANDLOT_EXECUTIONS_PER_ORG", perOrganization);
        atLeastOne("SANDLOT_EXECUTIONS_PER_SERVER", perServer);
        if (perEnvironment > PER_ENVIRONMENT_MAX) {
            throw new IllegalArgumentException(
                    "SANDLOT_EXECUTIONS_PER_ENVIRONMENT must be at most " + PER_ENVIRONMENT_MAX);
        }
        minimumClientVersions = Map.copyOf(minimumClientVersions);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1");
        }
    }

    static AdmissionConfig from(Config config) {
        return new AdmissionConfig(
                config.getOptionalValue("sandlot.rate.per.second", Long.class).orElse(500L),
                config.getOptionalValue("sandlot.rate.burst", Long.class).orElse(1000L),
                config.getOptionalValue("sandlot.executions.per.environment", Integer.class)
                        .orElse(16),
                config.getOptionalValue("sandlot.executions.per.workspace", Integer.class)
                        .orElse(256),
                config.getOptionalValue("sandlot.executions.per.org", Integer.class)
                        .orElse(256),
                config.getOptionalValue("sandlot.executions.per.server", Integer.class)
                        .orElse(512),
                versions(config.getOptionalValue("sandlot.min.client.versions", String.class)
                        .orElse("")));
    }

    /** {@code name=version,…} */
    private static Map<String, Version> versions(String text) {
        Map<String, Version> versions = new HashMap<>();
        for (String entry : text.split(",", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            String[] parts = entry.split("=", -1);
            if (parts.length != 2
                    || parts[0].isBlank()
                    || !parts[1].strip().matches("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}")) {
                throw new IllegalArgumentException(
                        "SANDLOT_MIN_CLIENT_VERSIONS must be name=version,…: " + entry.strip());
            }
            versions.put(parts[0].strip(), Version.parse(parts[1].strip()));
        }
        return versions;
    }
}
