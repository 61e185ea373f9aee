package dev.sandlot.environment;

import dev.sandlot.budget.Bounds;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.task.LimitSettings;
import dev.sandlot.task.TaskLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * How long environments live, how many there may be, and what they may use.
 *
 * @param lifetimeDefault when a caller names none
 * @param lifetimeMax longer ones are cut to it
 * @param retention how long an ended environment can still be read
 * @param environments how many may have a sandbox at once
 * @param services how many servers of tasks may run at once
 * @param memoryMib what all sandboxes together may use at most
 * @param limits for tasks that name none
 * @param secretsDirectory files {@code org/id}
 * @param publicUrl of this server as clients see it; empty: as each of them addresses it
 */
public record EnvironmentConfig(
        Duration lifetimeDefault,
        Duration lifetimeMax,
        Duration retention,
        Bounds environments,
        Bounds services,
        long memoryMib,
        SandboxLimits limits,
        Optional<Path> secretsDirectory,
        Optional<URI> publicUrl) {
    private static final int MIB_BITS = 20;
    /** As the sandboxes of this host have it: none is made without a range of its own. */
    private static final int UID_RANGES_DEFAULT = 4096;

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
        if (memoryMib < limits.memoryBytes() >> MIB_BITS) {
            throw new IllegalArgumentException("SANDLOT_MEMORY_BUDGET_MIB must be at least SANDLOT_LIMIT_MEMORY_MIB");
        }
    }

    static EnvironmentConfig from(Config config) {
        SandboxLimits limits = LimitSettings.defaults(config);
        return new EnvironmentConfig(
                Duration.ofSeconds(number(config, "sandlot.lifetime.default", 3600)),
                Duration.ofSeconds(number(config, "sandlot.lifetime.max", 86_400)),
                Duration.ofDays(number(config, "sandlot.retention.days", 7)),
                environments(config),
                services(config),
                config.getOptionalValue("sandlot.memory.budget.mib", Long.class)
                        .orElseGet(() -> Math.max(HostMemory.budgetMib(), limits.memoryBytes() >> MIB_BITS)),
                limits,
                config.getOptionalValue("sandlot.secrets.dir", String.class).map(Path::of),
                config.getOptionalValue("sandlot.public.url", String.class).map(EnvironmentConfig::url));
    }

    private static Bounds environments(Config config) {
        long ranges = number(config, "sandlot.uid.ranges", UID_RANGES_DEFAULT);
        long perServer = atLeastOne(config, "sandlot.environments.per.server", Math.min(1024, Math.max(1, ranges)));
        if (perServer > ranges) {
            throw new IllegalArgumentException("SANDLOT_ENVIRONMENTS_PER_SERVER must be at most SANDLOT_UID_RANGES");
        }
        return new Bounds(
                Bounds.NONE,
                atLeastOne(config, "sandlot.environments.per.workspace", 256),
                atLeastOne(config, "sandlot.environments.per.org", 512),
                perServer);
    }

    private static Bounds services(Config config) {
        return new Bounds(
                Bounds.NONE,
                Bounds.NONE,
                atLeastOne(config, "sandlot.services.per.org", 512),
                atLeastOne(config, "sandlot.services.per.server", 1024));
    }

    private static long atLeastOne(Config config, String name, long absent) {
        long value = number(config, name, absent);
        if (value < 1) {
            throw new IllegalArgumentException(name.toUpperCase(Locale.ROOT).replace('.', '_') + " must be at least 1");
        }
        return value;
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
