package dev.sandlot.sandbox;

/**
 * What all processes of a sandbox may use together, as far as the host can hold them to it.
 *
 * @param memoryBytes of memory, its files in {@code /tmp} and the like included
 * @param cpuMillis thousandths of a processor
 * @param pids processes and threads
 * @param diskBytes of files written
 * @param openFiles open descriptors of one process
 */
public record SandboxLimits(long memoryBytes, int cpuMillis, int pids, long diskBytes, int openFiles) {
    public SandboxLimits {
        if (memoryBytes < 1 || cpuMillis < 1 || pids < 1 || diskBytes < 1 || openFiles < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
