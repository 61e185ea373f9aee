package dev.sandlot.answers;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How executions are answered.
 *
 * @param streams how many clients may follow executions at once
 * @param streamsPerEnvironment how many of them those of one environment
 * @param keepAlive after that time without an answer, and as often, a white space goes to the client; empty: never
 * @param keptAlive the same for clients by the name that they give themselves; no time: never
 * @param timeoutIsResult a timeout is a result (124), where the request does not say what it is
 * @param resultClients to whom it is one, by the name that they give themselves, whatever it is to others
 */
@Singleton
record AnswersConfig(
        int streams,
        int streamsPerEnvironment,
        Optional<Duration> keepAlive,
        Map<String, Duration> keptAlive,
        boolean timeoutIsResult,
        List<String> resultClients)
        implements Configured {
    private static final String RESULT = "result";
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

    /** The documented API's own client waits 30 s for an answer, and understands no other end than a result. */
    private static final String DOCUMENTED_CLIENT = "dreadnode-sdk";

    private static final Setting<Map<String, Duration>> KEPT_ALIVE = Setting.of(
            "sandlot.keepalive.clients",
            Kind.named(
                    "name=seconds,…",
                    String::strip,
                    text -> Kind.seconds(0, 600).reader().apply(text)),
            DOCUMENTED_CLIENT + "=10",
            "the same for clients that begin their `User-Agent` with such a name and `/`");
    private static final Setting<String> ON_TIMEOUT = Setting.of(
            "sandlot.on.timeout",
            Kind.text("error or result", text -> List.of("error", RESULT).contains(text)),
            "error",
            "what a command's timeout is where the request does not say it: a 504, or a 200 with exit code 124");
    private static final Setting<List<String>> RESULT_CLIENTS = Setting.of(
            "sandlot.result.clients",
            Kind.list("name,…", name -> name),
            DOCUMENTED_CLIENT,
            "clients, as before, to whom it is a `result`, and any end of which they hear behind white space");

    AnswersConfig {
        STREAMS.require(streams);
        STREAMS_PER_ENVIRONMENT.require(streamsPerEnvironment);
        keptAlive = Map.copyOf(keptAlive);
        resultClients = List.copyOf(resultClients);
    }

    /**
     * What is done for a client.
     *
     * @param onlyResults it understands nothing else where the status is out
     */
    record Manner(Optional<Duration> keepAlive, boolean timeoutIsResult, boolean onlyResults) {}

    /** By the product that its {@code User-Agent} begins with (RFC 9110, 10.1.5). */
    Manner mannerFor(@Nullable String userAgent) {
        int end = userAgent == null ? -1 : userAgent.indexOf('/');
        String name = userAgent == null || end < 0 ? "" : userAgent.substring(0, end);
        boolean onlyResults = resultClients.contains(name);
        Optional<Duration> pause = keptAlive.containsKey(name)
                ? Optional.of(keptAlive.get(name)).filter(time -> !time.isZero())
                : keepAlive;
        return new Manner(pause, timeoutIsResult || onlyResults, onlyResults);
    }

    @Inject
    AnswersConfig(Settings settings) {
        this(
                settings.get(STREAMS),
                settings.get(STREAMS_PER_ENVIRONMENT),
                Optional.of(settings.get(KEEP_ALIVE)).filter(time -> !time.isZero()),
                settings.get(KEPT_ALIVE),
                settings.get(ON_TIMEOUT).equals(RESULT),
                settings.get(RESULT_CLIENTS));
    }
}
