package dev.sandlot.exchange;

import org.eclipse.microprofile.config.Config;

/**
 * How much of requests and answers there may be at once.
 *
 * @param perCaller requests under way of one caller, at least 1
 * @param perServer requests under way of all, at least 1
 * @param bodiesMebibytes of bodies and of long answers in memory
 */
public record ExchangeConfig(int perCaller, int perServer, int bodiesMebibytes) {
    private static final int PER_CALLER = 512;
    private static final int PER_SERVER = 2048;
    private static final int BODIES_MEBIBYTES = 256;
    /** An organization's half holds the largest body, and what else it has under way. */
    private static final int BODIES_MEBIBYTES_MIN = 32;

    private static final int BODIES_MEBIBYTES_MAX = 1 << 20;

    public ExchangeConfig {
        if (perCaller < 1) {
            throw new IllegalArgumentException("SANDLOT_REQUESTS_PER_CALLER must be at least 1");
        }
        if (perServer < 1) {
            throw new IllegalArgumentException("SANDLOT_REQUESTS_PER_SERVER must be at least 1");
        }
        if (bodiesMebibytes < BODIES_MEBIBYTES_MIN || bodiesMebibytes > BODIES_MEBIBYTES_MAX) {
            throw new IllegalArgumentException("SANDLOT_BODIES_MIB must be " + BODIES_MEBIBYTES_MIN + " to "
                    + BODIES_MEBIBYTES_MAX + ", but is " + bodiesMebibytes);
        }
    }

    static ExchangeConfig from(Config config) {
        return new ExchangeConfig(
                config.getOptionalValue("sandlot.requests.per.caller", Integer.class)
                        .orElse(PER_CALLER),
                config.getOptionalValue("sandlot.requests.per.server", Integer.class)
                        .orElse(PER_SERVER),
                config.getOptionalValue("sandlot.bodies.mib", Integer.class).orElse(BODIES_MEBIBYTES));
    }

    long bodiesBytes() {
        return (long) bodiesMebibytes << 20;
    }
}
