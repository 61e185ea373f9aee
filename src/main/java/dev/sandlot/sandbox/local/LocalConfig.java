package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.HostIds;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Where and how sandboxes of this host are made.
 *
 * @param dataDirectory the server's; keepers and their sockets live in it
 * @param uidBase first host uid of the block from which each sandbox gets a range of 65,536
 * @param uidRanges how many ranges the block has
 * @param requireLimits refuse to start when the host can't hold a limit
 * @param runtime makes the sandboxes; empty: the keeper does
 */
public record LocalConfig(
        Path dataDirectory, long uidBase, int uidRanges, boolean requireLimits, Optional<OciRuntime> runtime) {
    private static final long UID_MAX = 4_294_000_000L;
    private static final long DEFAULT_UID_BASE = 1L << 28;
    private static final int DEFAULT_UID_RANGES = 4096;

    public LocalConfig {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        if (uidBase < HostIds.COUNT || uidRanges < 1 || uidBase + (long) uidRanges * HostIds.COUNT > UID_MAX) {
            throw new IllegalArgumentException(
                    "SANDLOT_UID_BASE and SANDLOT_UID_RANGES must lie between 65536 and " + UID_MAX);
        }
    }

    /** Reads the settings. */
    public static LocalConfig from(Config config) {
        return new LocalConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class)),
                config.getOptionalValue("sandlot.uid.base", Long.class).orElse(DEFAULT_UID_BASE),
                config.getOptionalValue("sandlot.uid.ranges", Integer.class).orElse(DEFAULT_UID_RANGES),
                config.getOptionalValue("sandlot.require.limits", Boolean.class).orElse(false),
                config.getOptionalValue("sandlot.sandbox.runtime", String.class)
                        .filter(runtime -> !runtime.equals("builtin"))
                        .map(runtime -> new OciRuntime(Path.of(runtime))));
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
