package dev.sandlot.task;

import org.jspecify.annotations.Nullable;

/** What a task allows its sandbox; null: the server's default. */
public record TaskLimits(
        @Nullable Long memoryBytes,
        @Nullable Long cpuMillis,
        @Nullable Long pids,
        @Nullable Long diskBytes,
        @Nullable Long openFiles) {
    /** A pebibyte. */
    static final long BYTES_MAX = 1L << 50;

    static final int CPU_MILLIS_MAX = 1_024_000;
    /** PID_MAX_LIMIT of the kernel. */
    static final int PIDS_MAX = 1 << 22;

    static final int OPEN_FILES_MAX = 1 << 20;
}
