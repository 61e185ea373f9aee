package dev.sandlot.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jose4j.http.Get;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The identity provider's keys, from where MicroProfile JWT has them. What was read once is kept while it can't be read again. */
@Singleton
public class ProviderKeys {
    private static final Duration FRESH = Duration.ofMinutes(5);
    /** Anybody can send tokens: a key that can't be read is not asked for by each of them. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int LENGTH_MAX = 1 << 20;

    private final String source;
    private final Clock clock;
    private @Nullable VerificationKeyResolver known;
    private String failure = "";
    private Instant next = Instant.MIN;

    @Inject
    public ProviderKeys(IdentityConfig config, Clock clock) {
        this(config.key(), clock);
    }

    ProviderKeys(String source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Throws IOException, with a reason that names no secret, where none was ever read. */
    public synchronized VerificationKeyResolver require() throws IOException {
        if (!clock.instant().isBefore(next)) {
            load();
        }
        VerificationKeyResolver found = known;
        if (found == null) {
            throw new IOException(failure);
        }
        return found;
    }

    private void load() {
        try {
            known = read(source);
            next = clock.instant().plus(FRESH);
        } catch (IOException | JoseException | RuntimeException unavailable) {
            failure = "The key of the identity provider can't be read ("
                    + unavailable.getClass().getSimpleName() + ")";
            next = clock.instant().plus(PAUSE);
        }
    }

    private static VerificationKeyResolver read(String source) throws IOException, JoseException {
        if (source.startsWith("http:") || source.startsWith("https:")) {
            return new JwksVerificationKeyResolver(some(fetch(source)));
        }
        String text = (PublicKeys.isText(source) ? source : readFile(source)).trim();
        if (text.contains("\"keys\"")) {
            return new JwksVerificationKeyResolver(some(new JsonWebKeySet(text).getJsonWebKeys()));
        }
        Key key = text.startsWith("{") ? JsonWebKey.Factory.newJwk(text).getKey() : PublicKeys.parsePem(text);
        return (signature, context) -> key;
    }

    private static List<JsonWebKey> fetch(String url) throws IOException, JoseException {
        Get get = new Get();
        get.setConnectTimeout(TIMEOUT_MILLIS);
        get.setReadTimeout(TIMEOUT_MILLIS);
        get.setRetries(0);
        HttpsJwks keys = new HttpsJwks(url);
        keys.setSimpleHttpGet(get);
        return keys.getJsonWebKeys();
    }

    private static List<JsonWebKey> some(List<JsonWebKey> keys) throws IOException {
        if (keys.isEmpty()) {
            throw new IOException("the key set is empty");
        }
        return keys;
    }

    private static String readFile(String location) throws IOException {
        try (var stream = URI.create(location).toURL().openStream()) {
            return new String(stream.readNBytes(LENGTH_MAX), StandardCharsets.UTF_8);
        }
    }
}
