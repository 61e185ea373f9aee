package dev.sandlot.quota;

/**
 * What has been used in some time.
 *
 * @param executions that have ended
 * @param cpuMillis their processor time, as far as it is known
 * @param outputBytes what they printed
 * @param requests of members of the workspace, to its own operations
 */
public record Used(long executions, long cpuMillis, long outputBytes, long requests) {
    static final Used NOTHING = new Used(0, 0, 0, 0);

    Used plus(Used more) {
        return new Used(
                executions + more.executions,
                cpuMillis + more.cpuMillis,
                outputBytes + more.outputBytes,
                requests + more.requests);
    }
}
