package dev.sandlot.output;

import dev.sandlot.budget.Bounds;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How much is kept in all, of outputs and of records.
 *
 * @param bounds bytes that are kept
 * @param records executions of an environment that are recorded
 * @param diskReserve bytes of the outputs' file system that are left free, for journal and database
 * @param afterEnd how long outputs are kept after the end of their environment; empty: as long as it can be read
 */
@Singleton
public record KeptConfig(Bounds bounds, long records, long diskReserve, Optional<Duration> afterEnd)
        implements Configured {
    private static final Setting<Long> PER_ENVIRONMENT = Setting.of(
            "sandlot.kept.mib.per.environment",
            Kind.mebibytes(1),
            "256",
            "outputs and records of an environment that are kept; the oldest outputs go first");
    private static final Setting<Long> PER_ORG = Setting.of(
            "sandlot.kept.mib.per.org",
            Kind.mebibytes(1),
            "4096",
            "outputs and records of an organization that are kept");
    private static final Setting<Optional<Long>> PER_SERVER = Setting.optional(
            "sandlot.kept.mib.per.server",
            Kind.mebibytes(1),
            "16384, at most half of the disk",
            "outputs and records that are kept in all");
    private static final Setting<Long> RECORDS = Setting.of(
            "sandlot.records.per.environment",
            Kind.number(1),
            "100000",
            "records of an environment's executions; the oldest go first");
    private static final Setting<Optional<Long>> DISK_RESERVE = Setting.optional(
            "sandlot.disk.reserve.mib",
            Kind.mebibytes(0),
            "1024, at most a twentieth of the disk",
            "left free by outputs, for journal and database");
    private static final Setting<Optional<Duration>> AFTER_END = Setting.optional(
            "sandlot.outputs.after.end.minutes",
            Kind.minutes(0, 52_560_000),
            "as long as the environment can be read",
            "how long outputs are kept after the end of their environment");
    private static final long PER_SERVER_DEFAULT = 16L << 30;
    private static final long RESERVE_DEFAULT = 1L << 30;
    /** The default reserve is this part of the disk at most, and outputs and records have half of it at most. */
    private static final int RESERVE_PART = 20;

    public KeptConfig {
        RECORDS.require(records);
        DISK_RESERVE.require(Optional.of(diskReserve));
        AFTER_END.require(afterEnd);
    }

    @Inject
    KeptConfig(Settings settings) {
        this(settings, diskSize(settings.get(SharedConfig.DATA_DIR)));
    }

    private KeptConfig(Settings settings, long disk) {
        this(
                new Bounds(
                        settings.get(PER_ENVIRONMENT),
                        Bounds.NONE,
                        settings.get(PER_ORG),
                        settings.get(PER_SERVER).orElse(Math.min(PER_SERVER_DEFAULT, disk / 2))),
                settings.get(RECORDS),
                settings.get(DISK_RESERVE).orElse(Math.min(RESERVE_DEFAULT, disk / RESERVE_PART)),
                settings.get(AFTER_END));
    }

    /** Of the file system that a folder is in, or will be in; so large that it bounds nothing where that is not known. */
    private static long diskSize(Path folder) {
        Path there = folder.resolve(OutputConfig.FOLDER);
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        long size = there == null ? 0 : there.toFile().getTotalSpace();
        return size == 0 ? Long.MAX_VALUE : size;
    }
}
