package dev.sandlot.answers;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * How executions are answered.
 *
 * @param streams how many clients may follow executions at once
 * @param streamsPerEnvironment how many of them those of one environment
 * @param keepAlive after that time without an answer, and as often, a white space goes to the client; empty: never
 */
@Singleton
record AnswersConfig(int streams, int streamsPerEnvironment, Optional<Duration> keepAlive) implements Configured {
    private static final Setting<Integer> STREAMS = Setting.of(
            "sandlot.streams.per.server", Kind.count(1), "512", "clients that follow events at once, in all");
    private static final Setting<Integer> STREAMS_PER_ENVIRONMENT = Setting.of(
            "sandlot.streams.per.environment",
            Kind.count(1),
            "64",
            "clients that follow an environment's events at once");
    private static final Setting<Duration> KEEP_ALIVE = Setting.of(
            "sandlot.keepalive.seconds",
            Kind.seconds(0, 600),
            "0",
            "after them, and as often, white space goes to a client that waits for a command; 0: never");

    public AnswersConfig {
        STREAMS.require(streams);
        STREAMS_PER_ENVIRONMENT.require(streamsPerEnvironment);
    }

    @Inject
    AnswersConfig(Settings settings) {
        this(
                settings.get(STREAMS),
                settings.get(STREAMS_PER_ENVIRONMENT),
                Optional.of(settings.get(KEEP_ALIVE)).filter(time -> !time.isZero()));
    }
}
