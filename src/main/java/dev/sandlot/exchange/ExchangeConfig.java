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
 */
@Singleton
record ExchangeConfig(int perCaller, int perServer, long bodiesBytes) implements Configured {
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

    ExchangeConfig {
        PER_CALLER.require(perCaller);
        PER_SERVER.require(perServer);
        BODIES.require(bodiesBytes);
    }

    @Inject
    ExchangeConfig(Settings settings) {
        this(settings.get(PER_CALLER), settings.get(PER_SERVER), settings.get(BODIES));
    }
}
