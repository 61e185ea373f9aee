package dev.sandlot.sandbox;

/**
 * What all processes of a sandbox may use together, as far as the host can hold them to it.
 *
 * @param memoryBytes of memory, files included: where it is limited, they have five eighths of it at most
 * @param cpuMillis thousandths of a processor
 * @param pids processes and threads; a few more for a command that finds all of them taken
 * @param diskBytes of files written, as far as the memory is there
 * @param openFiles open descriptors of one process
 */
public record SandboxLimits(long memoryBytes, int cpuMillis, int pids, long diskBytes, int openFiles) {
    public SandboxLimits {
        if (memoryBytes < 1 || cpuMillis < 1 || pids < 1 || diskBytes < 1 || openFiles < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
