package dev.sandlot.exchange;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * How much of requests and answers there may be at once.
 *
 * @param perCaller requests under way of one caller
 * @param perServer requests under way of all
 * @param bodiesBytes of bodies and of long answers in memory
 * @param refusalsPerSecond of one source while there is other work; 0: all
 */
@Singleton
record ExchangeConfig(int perCaller, int perServer, long bodiesBytes, int refusalsPerSecond) implements Configured {
    private static final Setting<Integer> PER_CALLER = Setting.of(
            "sandlot.requests.per.caller",
            Kind.count(1),
            "512",
            "requests of a caller that are under way, executions that wait among them");
    private static final Setting<Integer> PER_SERVER = Setting.of(
            "sandlot.requests.per.server", Kind.count(1), "2048", "requests of all callers that are under way");
    /** An organization's half holds the largest body, and what else it has under way. */
    private static final Setting<Long> BODIES = Setting.of(
            "sandlot.bodies.mib", Kind.mebibytes(32, 1 << 20), "256", "bodies and long answers that are in memory");

    private static final Setting<Integer> REFUSALS = Setting.of(
            "sandlot.refusals.per.second",
            Kind.count(0, 1_000_000),
            "250",
            "refusals a second of one caller, or of all that nobody knows, while others are served; more of them wait for"
                    + " their turn; 0: no bound");

    ExchangeConfig {
        PER_CALLER.require(perCaller);
        PER_SERVER.require(perServer);
        BODIES.require(bodiesBytes);
        REFUSALS.require(refusalsPerSecond);
    }

    @Inject
    ExchangeConfig(Settings settings) {
        this(settings.get(PER_CALLER), settings.get(PER_SERVER), settings.get(BODIES), settings.get(REFUSALS));
    }
}
