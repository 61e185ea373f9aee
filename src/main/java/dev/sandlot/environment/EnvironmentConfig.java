package dev.sandlot.environment;

import dev.sandlot.budget.Bounds;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import dev.sandlot.task.LimitConfig;
import dev.sandlot.task.TaskLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
@Singleton
public record EnvironmentConfig(
        Duration lifetimeDefault,
        Duration lifetimeMax,
        Duration retention,
        Bounds environments,
        Bounds services,
        long memoryMib,
        SandboxLimits limits,
        Optional<Path> secretsDirectory,
        Optional<URI> publicUrl)
        implements Configured {
    private static final int MIB_BITS = 20;
    private static final long PER_SERVER_DEFAULT = 1024;
    /** Ten years. */
    private static final long LIFETIME_MAX_SECONDS = 315_360_000;

    private static final Setting<Duration> LIFETIME_DEFAULT = Setting.of(
            "sandlot.lifetime.default",
            Kind.seconds(1, LIFETIME_MAX_SECONDS),
            "3600",
            "how long an environment lives, unless its caller says otherwise");
    private static final Setting<Duration> LIFETIME_MAX = Setting.of(
            "sandlot.lifetime.max", Kind.seconds(1, LIFETIME_MAX_SECONDS), "86400", "to what longer lifetimes are cut");
    private static final Setting<Duration> RETENTION = Setting.of(
            "sandlot.retention.days", Kind.days(0, 36_500), "7", "how long an ended environment can be read");
    private static final Setting<Long> PER_WORKSPACE = Setting.of(
            "sandlot.environments.per.workspace",
            Kind.number(1),
            "256",
            "environments of a workspace that live, or whose sandbox still does");
    private static final Setting<Long> PER_ORG =
            Setting.of("sandlot.environments.per.org", Kind.number(1), "512", "such environments of an organization");
    private static final Setting<Optional<Long>> PER_SERVER = Setting.optional(
            "sandlot.environments.per.server",
            Kind.number(1),
            PER_SERVER_DEFAULT + ", at most `SANDLOT_UID_RANGES`",
            "such environments in all; at most `SANDLOT_UID_RANGES`");
    private static final Setting<Long> SERVICES_PER_ORG =
            Setting.of("sandlot.services.per.org", Kind.number(1), "512", "services of an organization that run");
    private static final Setting<Long> SERVICES_PER_SERVER =
            Setting.of("sandlot.services.per.server", Kind.number(1), "1024", "services that run in all");
    private static final Setting<Optional<Long>> MEMORY = Setting.optional(
            "sandlot.memory.budget.mib",
            Kind.number(1, 1 << 30),
            "1.5 × the host's",
            "what all sandboxes together may be promised; at least `SANDLOT_LIMIT_MEMORY_MIB`");
    private static final Setting<Optional<Path>> SECRETS =
            Setting.optional("sandlot.secrets.dir", Kind.path(), "", "secrets as files `<org>/<id>`");
    /** Where clients find this server. */
    public static final Setting<Optional<URI>> PUBLIC_URL = Setting.optional(
            "sandlot.public.url",
            Kind.of("such as https://sandlot.example, without a path", EnvironmentConfig::url),
            "as each client addresses it",
            "what `service_urls` begin with; set it behind a proxy");

    public EnvironmentConfig {
        LIFETIME_DEFAULT.require(lifetimeDefault);
        LIFETIME_MAX.require(lifetimeMax);
        if (lifetimeDefault.compareTo(lifetimeMax) > 0) {
            throw new IllegalArgumentException("SANDLOT_LIFETIME_DEFAULT must be at most SANDLOT_LIFETIME_MAX");
        }
        RETENTION.require(retention);
        if (memoryMib < limits.memoryBytes() >> MIB_BITS) {
            throw new IllegalArgumentException("SANDLOT_MEMORY_BUDGET_MIB must be at least SANDLOT_LIMIT_MEMORY_MIB");
        }
    }

    @Inject
    EnvironmentConfig(Settings settings, LimitConfig limits) {
        this(
                settings.get(LIFETIME_DEFAULT),
                settings.get(LIFETIME_MAX),
                settings.get(RETENTION),
                environments(settings),
                new Bounds(Bounds.NONE, Bounds.NONE, settings.get(SERVICES_PER_ORG), settings.get(SERVICES_PER_SERVER)),
                settings.get(MEMORY)
                        .orElseGet(() ->
                                Math.max(HostMemory.budgetMib(), limits.usual().memoryBytes() >> MIB_BITS)),
                limits.usual(),
                settings.get(SECRETS),
                settings.get(PUBLIC_URL));
    }

    /** This server as the client of that request sees it. */
    public URI base(UriInfo request) {
        return publicUrl.orElseGet(() -> ServiceUrl.base(request));
    }

    private static Bounds environments(Settings settings) {
        long ranges = settings.get(SharedConfig.UID_RANGES);
        long perServer = settings.get(PER_SERVER).orElse(Math.min(PER_SERVER_DEFAULT, ranges));
        if (perServer > ranges) {
            throw new IllegalArgumentException("SANDLOT_ENVIRONMENTS_PER_SERVER must be at most SANDLOT_UID_RANGES");
        }
        return new Bounds(Bounds.NONE, settings.get(PER_WORKSPACE), settings.get(PER_ORG), perServer);
    }

    private static URI url(String text) {
        URI url = URI.create(text);
        boolean hasPath = url.getRawPath() != null && url.getRawPath().length() > 1;
        if (url.getHost() == null || hasPath || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("not where a server is");
        }
        return url;
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
