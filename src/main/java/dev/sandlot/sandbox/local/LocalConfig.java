package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.HostIds;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how sandboxes of this host are made.
 *
 * @param dataDirectory the server's; keepers and their sockets live in it
 * @param uidBase first host uid of the block from which each sandbox gets a range of 65,536
 * @param uidRanges how many ranges the block has
 * @param requireLimits refuse to start when the host can't hold a limit
 * @param runtime makes the sandboxes; empty: the keeper does
 * @param cgroup the version 2 control group in which sandboxes' groups are made; empty: the server's own
 * @param warm how many keepers stand ready for sandboxes that nobody has asked for yet
 */
@Singleton
public record LocalConfig(
        Path dataDirectory,
        long uidBase,
        int uidRanges,
        boolean requireLimits,
        Optional<OciRuntime> runtime,
        Optional<String> cgroup,
        int warm)
        implements Configured {
    private static final long UID_MAX = 4_294_000_000L;
    private static final String BUILT_IN = "builtin";
    private static final Setting<Long> UID_BASE = Setting.of(
            "sandlot.uid.base",
            Kind.number(HostIds.COUNT, UID_MAX - HostIds.COUNT),
            Long.toString(1L << 28),
            "first host user id of the sandboxes' ranges, of 65,536 each");
    private static final Setting<Boolean> REQUIRE_LIMITS = Setting.of(
            "sandlot.require.limits", Kind.yesOrNo(), "false", "refuse to start on a host that can't hold a limit");
    private static final Setting<Optional<OciRuntime>> RUNTIME = Setting.of(
            "sandlot.sandbox.runtime",
            Kind.of(BUILT_IN + ", or the absolute path of an OCI runtime such as /usr/bin/runsc", LocalConfig::runtime),
            BUILT_IN,
            "what makes the sandboxes");
    private static final Setting<Optional<String>> CGROUP = Setting.optional(
            "sandlot.cgroup",
            Kind.text(
                    "the name of a control group such as /system.slice/sandlot-sandboxes.service",
                    name -> name.matches("(/[^/]+)+") && !(name + "/").contains("/../")),
            "the server's own",
            "where sandboxes' control groups are made, in the version 2 hierarchy");
    private static final Setting<Integer> WARM = Setting.of(
            "sandlot.warm.environments",
            Kind.count(0, 1024),
            "8",
            "keepers that stand ready, so that a new environment takes a quarter of the time");

    public LocalConfig {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        UID_BASE.require(uidBase);
        SharedConfig.UID_RANGES.require(uidRanges);
        CGROUP.require(cgroup);
        WARM.require(warm);
        if (uidBase + (long) uidRanges * HostIds.COUNT > UID_MAX) {
            throw new IllegalArgumentException("SANDLOT_UID_BASE and SANDLOT_UID_RANGES must end before " + UID_MAX
                    + ": a range has " + HostIds.COUNT);
        }
    }

    @Inject
    LocalConfig(Settings settings) {
        this(
                settings.get(SharedConfig.DATA_DIR),
                settings.get(UID_BASE),
                settings.get(SharedConfig.UID_RANGES),
                settings.get(REQUIRE_LIMITS),
                settings.get(RUNTIME),
                settings.get(CGROUP),
                settings.get(WARM));
    }

    private static Optional<OciRuntime> runtime(String text) {
        return text.equals(BUILT_IN) ? Optional.empty() : Optional.of(new OciRuntime(Path.of(text)));
    }

    /** Where keepers listen. */
    Path runDirectory() {
        return dataDirectory.resolve("run");
    }

    /** A name for this server's things among those of others on the host. */
    String instance() {
        return "sandlot-" + String.format("%08x", dataDirectory.toString().hashCode());
    }
}
