package dev.sandlot.ops;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Optional;

/**
 * The certificate that the container shows, which is its own business; here it is only seen to that it has one. It would go on
 * without, and listen to nobody.
 */
@Singleton
final class TlsConfig implements Configured {
    private static final Setting<Optional<Path>> KEYSTORE = Setting.optional(
            "sandlot.tls.keystore",
            Kind.path(),
            "none is needed",
            "a PKCS #12 file with the key and its certificates; a new one counts within seconds");
    private static final Setting<Optional<String>> PASSWORD =
            Setting.optional("sandlot.tls.password", Kind.text(), "none is needed", "what opens that file");

    @Inject
    TlsConfig(Settings settings, ServerConfig server) {
        Optional<Path> keystore = settings.isSaid(KEYSTORE) ? settings.get(KEYSTORE) : Optional.empty();
        Optional<String> password = settings.isSaid(PASSWORD) ? settings.get(PASSWORD) : Optional.empty();
        if (!server.hasTls()) {
            if (keystore.isPresent()) {
                throw new IllegalArgumentException(
                        "SANDLOT_TLS_KEYSTORE is of no use without SANDLOT_TLS_PORT: nobody would speak TLS");
            }
        } else if (keystore.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("SANDLOT_TLS_PORT needs SANDLOT_TLS_KEYSTORE and SANDLOT_TLS_PASSWORD");
        } else if (!holdsKey(keystore.get(), password.get().toCharArray())) {
            throw new IllegalArgumentException(
                    "SANDLOT_TLS_KEYSTORE must be a PKCS #12 file with a key that" + " SANDLOT_TLS_PASSWORD opens");
        }
    }

    private static boolean holdsKey(Path file, char[] password) {
        try (InputStream stream = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(stream, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, password) != null) {
                    return true;
                }
            }
            return false;
        } catch (IOException | GeneralSecurityException unreadable) {
            return false;
        }
    }
}
