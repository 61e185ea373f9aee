package dev.sandlot.admission;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

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
@Singleton
public record AdmissionConfig(
        long ratePerSecond,
        long rateBurst,
        int perEnvironment,
        int perWorkspace,
        int perOrganization,
        int perServer,
        Map<String, Version> minimumClientVersions)
        implements Configured {
    private static final Setting<Long> RATE_PER_SECOND = Setting.of(
            "sandlot.rate.per.second", Kind.number(1), "500", "requests a second that a caller may make for long");
    private static final Setting<Long> RATE_BURST =
            Setting.of("sandlot.rate.burst", Kind.number(1), "1000", "requests that a caller may make at once");
    /** The keeper has places for 128 executions, some of which hold endings that wait to be fetched. */
    private static final Setting<Integer> PER_ENVIRONMENT = Setting.of(
            "sandlot.executions.per.environment", Kind.count(1, 64), "16", "executions at once in an environment");

    private static final Setting<Integer> PER_WORKSPACE =
            Setting.of("sandlot.executions.per.workspace", Kind.count(1), "256", "executions at once in a workspace");
    private static final Setting<Integer> PER_ORG =
            Setting.of("sandlot.executions.per.org", Kind.count(1), "256", "executions at once in an organization");
    private static final Setting<Integer> PER_SERVER =
            Setting.of("sandlot.executions.per.server", Kind.count(1), "512", "executions at once in this server");
    private static final Setting<Map<String, Version>> MINIMUM_CLIENT_VERSIONS = Setting.of(
            "sandlot.min.client.versions",
            Kind.named("name=version,…", String::strip, AdmissionConfig::version),
            "",
            "older clients get a 426");

    public AdmissionConfig {
        RATE_PER_SECOND.require(ratePerSecond);
        RATE_BURST.require(rateBurst);
        PER_ENVIRONMENT.require(perEnvironment);
        PER_WORKSPACE.require(perWorkspace);
        PER_ORG.require(perOrganization);
        PER_SERVER.require(perServer);
        minimumClientVersions = Map.copyOf(minimumClientVersions);
    }

    @Inject
    AdmissionConfig(Settings settings) {
        this(
                settings.get(RATE_PER_SECOND),
                settings.get(RATE_BURST),
                settings.get(PER_ENVIRONMENT),
                settings.get(PER_WORKSPACE),
                settings.get(PER_ORG),
                settings.get(PER_SERVER),
                settings.get(MINIMUM_CLIENT_VERSIONS));
    }

    private static Version version(String text) {
        if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}")) {
            throw new IllegalArgumentException("not a version");
        }
        return Version.parse(text);
    }
}
