package dev.sandlot.ops;

import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/** Whose tokens are taken: those of a configured identity provider, or development mode's own. */
enum IdentityMode {
    CONFIGURED,
    DEVELOPMENT;

    private static final List<String> KEYS = List.of("mp.jwt.verify.publickey.location", "mp.jwt.verify.publickey");
    private static final List<String> OTHERS = List.of("mp.jwt.verify.issuer", "mp.jwt.verify.audiences");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");
    /** The ordinal of a default in server.xml. */
    private static final int DEFAULT_ORDINAL = 1;

    /** Throws IllegalArgumentException for half a configuration, and for development mode on an open address. */
    static IdentityMode of(Config config) {
        boolean key = KEYS.stream().anyMatch(name -> isSet(config, name));
        long others = OTHERS.stream().filter(name -> isSet(config, name)).count();
        if (key && others == OTHERS.size()) {
            return CONFIGURED;
        }
        if (key || others > 0) {
            throw new IllegalArgumentException("Set MP_JWT_VERIFY_PUBLICKEY_LOCATION, MP_JWT_VERIFY_ISSUER and"
                    + " MP_JWT_VERIFY_AUDIENCES together, or none of them for development mode");
        }
        String host = config.getValue("sandlot.http.host", String.class);
        if (!LOOPBACK.contains(host)) {
            throw new IllegalArgumentException(
                    "Development mode listens on loopback only: configure an identity provider"
                            + " (MP_JWT_VERIFY_…) before SANDLOT_HTTP_HOST=" + host);
        }
        return DEVELOPMENT;
    }

    private static boolean isSet(Config config, String name) {
        var value = config.getConfigValue(name);
        return value.getValue() != null && value.getSourceOrdinal() > DEFAULT_ORDINAL;
    }
}
