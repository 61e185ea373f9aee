package dev.sandlot.task;

import dev.sandlot.sandbox.SandboxLimits;
import java.util.Locale;
import org.eclipse.microprofile.config.Config;

/** The operator's limits of sandboxes: what a task has that names none, and the most that a published one may ask for. */
public final class LimitSettings {
    private static final String DEFAULTS = "sandlot.limit.";
    private static final String PUBLISHED = "sandlot.published.limit.";
    private static final String MEMORY = "memory.mib";
    private static final String CPU = "cpu.millis";
    private static final String PIDS = "pids";
    private static final String DISK = "disk.mib";
    private static final String OPEN_FILES = "open.files";
    private static final SandboxLimits BUILT_IN = new SandboxLimits(512L << 20, 1000, 256, 1024L << 20, 1024);

    private final Config config;
    private final String prefix;
    private final SandboxLimits absent;

    private LimitSettings(Config config, String prefix, SandboxLimits absent) {
        this.config = config;
        this.prefix = prefix;
        this.absent = absent;
    }

    /** For tasks that name none. */
    public static SandboxLimits defaults(Config config) {
        return new LimitSettings(config, DEFAULTS, BUILT_IN).read();
    }

    /** The most for published tasks: the defaults, where nothing is said. */
    static SandboxLimits published(Config config) {
        SandboxLimits defaults = defaults(config);
        SandboxLimits most = new LimitSettings(config, PUBLISHED, defaults).read();
        requireAtLeast(most.memoryBytes(), defaults.memoryBytes(), MEMORY);
        requireAtLeast(most.cpuMillis(), defaults.cpuMillis(), CPU);
        requireAtLeast(most.pids(), defaults.pids(), PIDS);
        requireAtLeast(most.diskBytes(), defaults.diskBytes(), DISK);
        requireAtLeast(most.openFiles(), defaults.openFiles(), OPEN_FILES);
        return most;
    }

    private static void requireAtLeast(long most, long usual, String name) {
        if (most < usual) {
            throw new IllegalArgumentException(
                    variable(PUBLISHED + name) + " must be at least " + variable(DEFAULTS + name));
        }
    }

    private SandboxLimits read() {
        long mebibytes = TaskLimits.BYTES_MAX >> 20;
        return new SandboxLimits(
                number(MEMORY, mebibytes, absent.memoryBytes() >> 20) << 20,
                (int) number(CPU, TaskLimits.CPU_MILLIS_MAX, absent.cpuMillis()),
                (int) number(PIDS, TaskLimits.PIDS_MAX, absent.pids()),
                number(DISK, mebibytes, absent.diskBytes() >> 20) << 20,
                (int) number(OPEN_FILES, TaskLimits.OPEN_FILES_MAX, absent.openFiles()));
    }

    private long number(String name, long most, long usual) {
        long number = config.getOptionalValue(prefix + name, Long.class).orElse(usual);
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(variable(prefix + name) + " must be 1 to " + most);
        }
        return number;
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
