package dev.sandlot.answers;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * How executions are answered.
 *
 * @param streams how many clients may follow executions at once, at least 1
 * @param streamsPerEnvironment how many of them those of one environment, at least 1
 * @param keepAlive after that time without an answer, and as often, a white space goes to the client; empty: never
 */
record AnswersConfig(int streams, int streamsPerEnvironment, Optional<Duration> keepAlive) {
    private static final int STREAMS_DEFAULT = 512;
    private static final int STREAMS_PER_ENVIRONMENT_DEFAULT = 64;
    private static final int KEEPALIVE_MAX = 600;

    public AnswersConfig {
        if (streams < 1) {
            throw new IllegalArgumentException("SANDLOT_STREAMS_PER_SERVER must be at least 1");
        }
        if (streamsPerEnvironment < 1) {
            throw new IllegalArgumentException("SANDLOT_STREAMS_PER_ENVIRONMENT must be at least 1");
        }
    }

    static AnswersConfig from(Config config) {
        int keepAlive = config.getOptionalValue("sandlot.keepalive.seconds", Integer.class)
                .orElse(0);
        if (keepAlive < 0 || keepAlive > KEEPALIVE_MAX) {
            throw new IllegalArgumentException(
                    "SANDLOT_KEEPALIVE_SECONDS must be 0 (off) to " + KEEPALIVE_MAX + ", but is " + keepAlive);
        }
        return new AnswersConfig(
                config.getOptionalValue("sandlot.streams.per.server", Integer.class)
                        .orElse(STREAMS_DEFAULT),
                config.getOptionalValue("sandlot.streams.per.environment", Integer.class)
                        .orElse(STREAMS_PER_ENVIRONMENT_DEFAULT),
                keepAlive == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(keepAlive)));
    }
}
