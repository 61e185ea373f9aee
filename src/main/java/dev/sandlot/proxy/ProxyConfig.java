package dev.sandlot.proxy;

import dev.sandlot.auth.IdentityConfig;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * How services are reached.
 *
 * @param perEnvironment requests to one environment's services at once
 * @param perServer requests to all services at once
 * @param issuer of the tokens that callers of the API have: none of them is passed on
 */
@Singleton
record ProxyConfig(int perEnvironment, int perServer, String issuer) implements Configured {
    private static final Setting<Integer> PER_ENVIRONMENT = Setting.of(
            "sandlot.service.requests.per.environment",
            Kind.count(1),
            "64",
            "requests to one environment's services at once");
    private static final Setting<Integer> PER_SERVER =
            Setting.of("sandlot.service.requests.per.server", Kind.count(1), "512", "requests to all services at once");

    ProxyConfig {
        PER_ENVIRONMENT.require(perEnvironment);
        PER_SERVER.require(perServer);
    }

    @Inject
    ProxyConfig(Settings settings) {
        this(settings.get(PER_ENVIRONMENT), settings.get(PER_SERVER), settings.get(IdentityConfig.ISSUER));
    }
}
