package dev.sandlot.ops;

import dev.sandlot.auth.IdentityConfig;
import dev.sandlot.environment.EnvironmentConfig;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whose tokens are taken: those of a configured identity provider, or development mode's own. */
enum IdentityMode {
    CONFIGURED,
    DEVELOPMENT;

    private static final List<Setting<?>> KEYS = List.of(IdentityConfig.KEY_LOCATION, IdentityConfig.KEY);
    private static final List<Setting<?>> OTHERS = List.of(IdentityConfig.ISSUER, IdentityConfig.AUDIENCES);
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");

    /** Throws IllegalArgumentException for half a configuration, and for development mode on an open address. */
    static IdentityMode of(Settings settings) {
        boolean key = KEYS.stream().anyMatch(settings::isSaid);
        long others = OTHERS.stream().filter(settings::isSaid).count();
        if (key && others == OTHERS.size()) {
            return CONFIGURED;
        }
        if (key || others > 0) {
            throw new IllegalArgumentException("Set MP_JWT_VERIFY_PUBLICKEY_LOCATION, MP_JWT_VERIFY_ISSUER and"
                    + " MP_JWT_VERIFY_AUDIENCES together, or none of them for development mode");
        }
        String host = settings.get(ServerConfig.HOST);
        if (!LOOPBACK.contains(host)) {
            throw new IllegalArgumentException(
                    "Development mode listens on loopback only: configure an identity provider"
                            + " (MP_JWT_VERIFY_…) before SANDLOT_HTTP_HOST=" + host);
        }
        Optional<URI> open = settings.get(EnvironmentConfig.PUBLIC_URL)
                .filter(url -> !LOOPBACK.contains(String.valueOf(url.getHost()).replaceAll("[\\[\\]]", "")));
        if (open.isPresent()) {
            throw new IllegalArgumentException("Development mode is for this machine alone: configure an identity"
                    + " provider (MP_JWT_VERIFY_…) before SANDLOT_PUBLIC_URL=" + open.get());
        }
        return DEVELOPMENT;
    }
}
