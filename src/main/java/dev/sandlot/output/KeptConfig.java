package dev.sandlot.output;

import dev.sandlot.budget.Bounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * How much is kept in all, of outputs and of records.
 *
 * @param bounds bytes that are kept
 * @param records executions of an environment that are recorded
 * @param diskReserve bytes of the outputs' file system that are left free, for journal and database
 * @param afterEnd how long outputs are kept after the end of their environment; empty: as long as it can be read
 */
public record KeptConfig(Bounds bounds, long records, long diskReserve, Optional<Duration> afterEnd) {
    private static final long MIB = 1L << 20;
    private static final long MIB_MAX = 1L << 30;
    private static final long PER_ENVIRONMENT_DEFAULT = 256;
    private static final long PER_ORG_DEFAULT = 4 * 1024;
    private static final long PER_SERVER_DEFAULT = 16 * 1024;
    private static final long RESERVE_DEFAULT = 1024;
    private static final long RECORDS_DEFAULT = 100_000;
    /** The default reserve is this part of the disk at most, and outputs and records have half of it at most. */
    private static final int RESERVE_PART = 20;

    public KeptConfig {
        if (records < 1) {
            throw new IllegalArgumentException("SANDLOT_RECORDS_PER_ENVIRONMENT must be at least 1");
        }
        if (diskReserve < 0) {
            throw new IllegalArgumentException("the reserve of the disk must not be negative");
        }
        if (afterEnd.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("SANDLOT_OUTPUTS_AFTER_END_MINUTES must be at least 0");
        }
    }

    static KeptConfig from(Config config) {
        long disk = diskSize(Path.of(config.getValue("sandlot.data.dir", String.class)));
        return new KeptConfig(
                new Bounds(
                        mebibytes(config, "sandlot.kept.mib.per.environment", 1).orElse(PER_ENVIRONMENT_DEFAULT * MIB),
                        Bounds.NONE,
                        mebibytes(config, "sandlot.kept.mib.per.org", 1).orElse(PER_ORG_DEFAULT * MIB),
                        mebibytes(config, "sandlot.kept.mib.per.server", 1)
                                .orElse(Math.min(PER_SERVER_DEFAULT * MIB, disk / 2))),
                config.getOptionalValue("sandlot.records.per.environment", Long.class)
                        .orElse(RECORDS_DEFAULT),
                mebibytes(config, "sandlot.disk.reserve.mib", 0)
                        .orElse(Math.min(RESERVE_DEFAULT * MIB, disk / RESERVE_PART)),
                config.getOptionalValue("sandlot.outputs.after.end.minutes", Integer.class)
                        .map(Duration::ofMinutes));
    }

    private static Optional<Long> mebibytes(Config config, String name, long least) {
        Optional<Long> value = config.getOptionalValue(name, Long.class);
        if (value.filter(mebibytes -> mebibytes < least || mebibytes > MIB_MAX).isPresent()) {
            throw new IllegalArgumentException(
                    name.toUpperCase(java.util.Locale.ROOT).replace('.', '_') + " must be " + least + " to " + MIB_MAX);
        }
        return value.map(mebibytes -> mebibytes * MIB);
    }

    /** Of the file system that a folder is in, or will be in; so large that it bounds nothing where that is not known. */
    private static long diskSize(Path folder) {
        Path there = folder.resolve(OutputConfig.FOLDER).toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        long size = there == null ? 0 : there.toFile().getTotalSpace();
        return size == 0 ? Long.MAX_VALUE : size;
    }
}
