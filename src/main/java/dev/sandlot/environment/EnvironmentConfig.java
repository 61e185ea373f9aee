package dev.sandlot.environment;

import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.task.LimitSettings;
import dev.sandlot.task.TaskLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * How long environments live, how many there may be, and what they may use.
 *
 * @param lifetimeDefault when a caller names none
 * @param lifetimeMax longer ones are cut to it
 * @param retention how long an ended environment can still be read
 * @param perWorkspace living environments of a workspace
 * @param limits for tasks that name none
 * @param secretsDirectory files {@code org/id}
 * @param publicUrl of this server as clients see it; empty: as each of them addresses it
 */
public record EnvironmentConfig(
        Duration lifetimeDefault,
        Duration lifetimeMax,
        Duration retention,
        int perWorkspace,
        SandboxLimits limits,
        Optional<Path> secretsDirectory,
        Optional<URI> publicUrl) {
    public EnvironmentConfig {
        if (lifetimeMax.toSeconds() < 1
                || lifetimeDefault.toSeconds() < 1
                || lifetimeDefault.compareTo(lifetimeMax) > 0) {
            throw new IllegalArgumentException(
                    "SANDLOT_LIFETIME_DEFAULT must be at least 1 and at most SANDLOT_LIFETIME_MAX seconds");
        }
        if (retention.isNegative()) {
            throw new IllegalArgumentException("SANDLOT_RETENTION_DAYS must be at least 0");
        }
        if (perWorkspace < 1) {
            throw new IllegalArgumentException("SANDLOT_ENVIRONMENTS_PER_WORKSPACE must be at least 1");
        }
    }

    static EnvironmentConfig from(Config config) {
        return new EnvironmentConfig(
                Duration.ofSeconds(number(config, "sandlot.lifetime.default", 3600)),
                Duration.ofSeconds(number(config, "sandlot.lifetime.max", 86_400)),
                Duration.ofDays(number(config, "sandlot.retention.days", 7)),
                Math.toIntExact(number(config, "sandlot.environments.per.workspace", 256)),
                LimitSettings.defaults(config),
                config.getOptionalValue("sandlot.secrets.dir", String.class).map(Path::of),
                config.getOptionalValue("sandlot.public.url", String.class).map(EnvironmentConfig::url));
    }

    private static URI url(String text) {
        URI url = URI.create(text);
        boolean hasPath = url.getRawPath() != null && url.getRawPath().length() > 1;
        if (url.getHost() == null || hasPath || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException(
                    "SANDLOT_PUBLIC_URL must be such as https://sandlot.example, without a path");
        }
        return url;
    }

    private static long number(Config config, String name, long absent) {
        return config.getOptionalValue(name, Long.class).orElse(absent);
    }

    /** The task's own limits, and the defaults for what it leaves open. */
    SandboxLimits limitsFor(TaskLimits task) {
        return new SandboxLimits(
                or(task.memoryBytes(), limits.memoryBytes()),
                Math.toIntExact(or(task.cpuMillis(), limits.cpuMillis())),
                Math.toIntExact(or(task.pids(), limits.pids())),
                or(task.diskBytes(), limits.diskBytes()),
                Math.toIntExact(or(task.openFiles(), limits.openFiles())));
    }

    private static long or(@Nullable Long wanted, long absent) {
        return wanted == null ? absent : wanted;
    }
}
