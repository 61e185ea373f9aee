package dev.sandlot.task;

import org.jspecify.annotations.Nullable;

/** What a task allows its sandbox; null: the server's default. */
public record TaskLimits(
        @Nullable Long memoryBytes,
        @Nullable Long cpuMillis,
        @Nullable Long pids,
        @Nullable Long diskBytes,
        @Nullable Long openFiles) {
    static final TaskLimits NONE = new TaskLimits(null, null, null, null, null);
}
