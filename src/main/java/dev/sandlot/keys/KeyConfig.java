package dev.sandlot.keys;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * How many keys there may be, and for how long.
 *
 * @param lifetimeMax of a key; as long as its maker says nothing else
 * @param perCaller that one caller may have
 * @param perServer in all, those that were good once among them: all are in memory
 */
@Singleton
record KeyConfig(Duration lifetimeMax, int perCaller, int perServer) implements Configured {
    private static final Setting<Duration> LIFETIME_MAX = Setting.of(
            "sandlot.api.key.days",
            Kind.days(1, 36_500),
            "365",
            "how long an API key is good at most, and where its maker says nothing");
    private static final Setting<Integer> PER_CALLER =
            Setting.of("sandlot.api.keys.per.caller", Kind.count(1), "100", "API keys that a caller may have");
    private static final Setting<Integer> PER_SERVER = Setting.of(
            "sandlot.api.keys.per.server",
            Kind.count(1),
            "20000",
            "API keys in all, with those that were good in the last seven days; all are in memory");

    KeyConfig {
        LIFETIME_MAX.require(lifetimeMax);
        PER_CALLER.require(perCaller);
        PER_SERVER.require(perServer);
    }

    @Inject
    KeyConfig(Settings settings) {
        this(settings.get(LIFETIME_MAX), settings.get(PER_CALLER), settings.get(PER_SERVER));
    }
}
