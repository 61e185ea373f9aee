package dev.sandlot.execution;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * How executions are answered and made durable.
 *
 * @param journal folder for what is not in the database yet
 * @param streams how many clients may follow executions at once, at least 1
 * @param streamsPerEnvironment how many of them those of one environment, at least 1
 * @param backlogLimit bytes of ends that may wait for the database; enough for one of any size
 * @param keepAlive after that time without an answer, and as often, a white space goes to the client; empty: never
 */
public record ExecutionConfig(
        Path journal, int streams, int streamsPerEnvironment, long backlogLimit, Optional<Duration> keepAlive) {
    private static final int STREAMS_DEFAULT = 512;
    private static final int STREAMS_PER_ENVIRONMENT_DEFAULT = 64;
    private static final int KEEPALIVE_MAX = 600;
    private static final long MIB = 1 << 20;
    private static final long BACKLOG_DEFAULT_MIB = 128;
    private static final long BACKLOG_MIN_MIB = 8;

    public ExecutionConfig {
        if (streams < 1) {
            throw new IllegalArgumentException("SANDLOT_STREAMS_PER_SERVER must be at least 1");
        }
        if (streamsPerEnvironment < 1) {
            throw new IllegalArgumentException("SANDLOT_STREAMS_PER_ENVIRONMENT must be at least 1");
        }
        if (backlogLimit < BACKLOG_MIN_MIB * MIB) {
            throw new IllegalArgumentException("SANDLOT_BACKLOG_LIMIT_MIB must be at least " + BACKLOG_MIN_MIB);
        }
    }

    static ExecutionConfig from(Config config) {
        int keepAlive = config.getOptionalValue("sandlot.keepalive.seconds", Integer.class)
                .orElse(0);
        if (keepAlive < 0 || keepAlive > KEEPALIVE_MAX) {
            throw new IllegalArgumentException(
                    "SANDLOT_KEEPALIVE_SECONDS must be 0 (off) to " + KEEPALIVE_MAX + ", but is " + keepAlive);
        }
        return new ExecutionConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class)).resolve("journal"),
                config.getOptionalValue("sandlot.streams.per.server", Integer.class)
                        .orElse(STREAMS_DEFAULT),
                config.getOptionalValue("sandlot.streams.per.environment", Integer.class)
                        .orElse(STREAMS_PER_ENVIRONMENT_DEFAULT),
                MIB
                        * config.getOptionalValue("sandlot.backlog.limit.mib", Integer.class)
                                .map(Integer::longValue)
                                .orElse(BACKLOG_DEFAULT_MIB),
                keepAlive == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(keepAlive)));
    }
}
