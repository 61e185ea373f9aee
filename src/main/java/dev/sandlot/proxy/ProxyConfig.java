package dev.sandlot.proxy;

import org.eclipse.microprofile.config.Config;

/**
 * How services are reached.
 *
 * @param perEnvironment requests to one environment's services at once, at least 1
 * @param perServer requests to all services at once, at least 1
 * @param issuer of the tokens that callers of the API have: none of them is passed on
 */
public record ProxyConfig(int perEnvironment, int perServer, String issuer) {
    private static final int PER_ENVIRONMENT = 64;
    private static final int PER_SERVER = 512;

    public ProxyConfig {
        if (perEnvironment < 1) {
            throw new IllegalArgumentException("SANDLOT_SERVICE_REQUESTS_PER_ENVIRONMENT must be at least 1");
        }
        if (perServer < 1) {
            throw new IllegalArgumentException("SANDLOT_SERVICE_REQUESTS_PER_SERVER must be at least 1");
        }
    }

    static ProxyConfig from(Config config) {
        return new ProxyConfig(
                config.getOptionalValue("sandlot.service.requests.per.environment", Integer.class)
                        .orElse(PER_ENVIRONMENT),
                config.getOptionalValue("sandlot.service.requests.per.server", Integer.class)
                        .orElse(PER_SERVER),
                config.getValue("mp.jwt.verify.issuer", String.class));
    }
}
