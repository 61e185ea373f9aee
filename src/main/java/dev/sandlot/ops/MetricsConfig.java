package dev.sandlot.ops;

import dev.sandlot.auth.Sha256;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Who may read metrics, beside those whose role says so.
 *
 * @param tokenHash of a token that never expires; empty: there is none
 */
@Singleton
record MetricsConfig(Optional<String> tokenHash) implements Configured {
    private static final Setting<Optional<String>> TOKEN = Setting.optional(
            "sandlot.metrics.token",
            Kind.text("32 to 512 visible ASCII characters", text -> text.matches("[!-~]{32,512}")),
            "none",
            "a password for `/metrics` (basic authentication, any name), beside the roles `admin` and `metrics:read`");

    @Inject
    MetricsConfig(Settings settings) {
        this(settings.get(TOKEN).map(Sha256::of));
    }

    /** Whether that is the token; how long this takes does not tell how much of it is right. */
    boolean isToken(String shown) {
        return tokenHash
                .filter(hash -> MessageDigest.isEqual(bytes(hash), bytes(Sha256.of(shown))))
                .isPresent();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
