package dev.sandlot.task;

import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * The operator's limits of sandboxes.
 *
 * @param usual of a task that names none
 * @param published the most that a published task may ask for, no less than the usual ones
 */
@Singleton
public record LimitConfig(SandboxLimits usual, SandboxLimits published) implements Configured {
    private static final String AS_USUAL = "as `SANDLOT_LIMIT_…`";
    private static final Kind<Long> MEMORY = Kind.mebibytes(1);
    private static final Kind<Integer> CPU = Kind.count(1, TaskLimits.CPU_MILLIS_MAX);
    private static final Kind<Integer> PIDS = Kind.count(1, TaskLimits.PIDS_MAX);
    private static final Kind<Long> DISK = Kind.mebibytes(1);
    private static final Kind<Integer> OPEN_FILES = Kind.count(1, TaskLimits.OPEN_FILES_MAX);

    private static final Setting<Long> USUAL_MEMORY = Setting.of(
            "sandlot.limit.memory.mib", MEMORY, "512", "memory of a sandbox, unless its task says otherwise");
    private static final Setting<Integer> USUAL_CPU =
            Setting.of("sandlot.limit.cpu.millis", CPU, "1000", "thousandths of a processor of a sandbox");
    private static final Setting<Integer> USUAL_PIDS =
            Setting.of("sandlot.limit.pids", PIDS, "256", "processes and threads of a sandbox");
    private static final Setting<Long> USUAL_DISK =
            Setting.of("sandlot.limit.disk.mib", DISK, "1024", "files that a sandbox writes");
    private static final Setting<Integer> USUAL_OPEN_FILES =
            Setting.of("sandlot.limit.open.files", OPEN_FILES, "1024", "open files of one process");

    private static final Setting<Optional<Long>> PUBLISHED_MEMORY = Setting.optional(
            "sandlot.published.limit.memory.mib",
            MEMORY,
            AS_USUAL,
            "the most memory that a published task may ask for");
    private static final Setting<Optional<Integer>> PUBLISHED_CPU = Setting.optional(
            "sandlot.published.limit.cpu.millis", CPU, AS_USUAL, "the most thousandths of a processor for it");
    private static final Setting<Optional<Integer>> PUBLISHED_PIDS =
            Setting.optional("sandlot.published.limit.pids", PIDS, AS_USUAL, "the most processes and threads for it");
    private static final Setting<Optional<Long>> PUBLISHED_DISK =
            Setting.optional("sandlot.published.limit.disk.mib", DISK, AS_USUAL, "the most files that it may write");
    private static final Setting<Optional<Integer>> PUBLISHED_OPEN_FILES = Setting.optional(
            "sandlot.published.limit.open.files", OPEN_FILES, AS_USUAL, "the most open files of one process for it");

    public LimitConfig {
        requireAtLeast(published.memoryBytes(), usual.memoryBytes(), PUBLISHED_MEMORY, USUAL_MEMORY);
        requireAtLeast(published.cpuMillis(), usual.cpuMillis(), PUBLISHED_CPU, USUAL_CPU);
        requireAtLeast(published.pids(), usual.pids(), PUBLISHED_PIDS, USUAL_PIDS);
        requireAtLeast(published.diskBytes(), usual.diskBytes(), PUBLISHED_DISK, USUAL_DISK);
        requireAtLeast(published.openFiles(), usual.openFiles(), PUBLISHED_OPEN_FILES, USUAL_OPEN_FILES);
    }

    @Inject
    public LimitConfig(Settings settings) {
        this(settings, usual(settings));
    }

    private LimitConfig(Settings settings, SandboxLimits usual) {
        this(
                usual,
                new SandboxLimits(
                        settings.get(PUBLISHED_MEMORY).orElse(usual.memoryBytes()),
                        settings.get(PUBLISHED_CPU).orElse(usual.cpuMillis()),
                        settings.get(PUBLISHED_PIDS).orElse(usual.pids()),
                        settings.get(PUBLISHED_DISK).orElse(usual.diskBytes()),
                        settings.get(PUBLISHED_OPEN_FILES).orElse(usual.openFiles())));
    }

    private static SandboxLimits usual(Settings settings) {
        return new SandboxLimits(
                settings.get(USUAL_MEMORY),
                settings.get(USUAL_CPU),
                settings.get(USUAL_PIDS),
                settings.get(USUAL_DISK),
                settings.get(USUAL_OPEN_FILES));
    }

    private static void requireAtLeast(long published, long usual, Setting<?> name, Setting<?> usualName) {
        if (published < usual) {
            throw new IllegalArgumentException(name.variable() + " must be at least " + usualName.variable());
        }
    }
}
