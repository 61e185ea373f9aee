package dev.sandlot.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;

/**
 * Tells a token that was good once from one that never was. MicroProfile JWT refuses both alike; this looks at what it
 * has refused, with the same key, issuer and audience, and never lets anybody in.
 */
@Singleton
public class ExpiredTokens {
    private static final Logger LOG = Logger.getLogger(ExpiredTokens.class.getName());
    private static final int TOKEN_LENGTH_MAX = 16_384;
    private static final Duration ALL_TIME = Duration.ofDays(36_500);

    /** Fetching a key may fail; the next try is a while later, for anybody can send tokens. */
    private final LoadingCache<String, Optional<VerificationKeyResolver>> keys = Caffeine.newBuilder()
            .maximumSize(1)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build(ExpiredTokens::load);

    private final Config config;

    @Inject
    public ExpiredTokens(Config config) {
        this.config = config;
    }

    /** True for a token of ours whose only fault is its age. */
    public boolean wasGoodOnce(String token) {
        if (token.length() > TOKEN_LENGTH_MAX || !saysItIsOver(token)) {
            return false;
        }
        return verificationKey().map(key -> verifies(token, key)).orElse(false);
    }

    private static boolean saysItIsOver(String token) {
        try {
            JwtConsumer unverified = new JwtConsumerBuilder()
                    .setSkipAllValidators()
                    .setDisableRequireSignature()
                    .setSkipSignatureVerification()
                    .build();
            NumericDate end = unverified.processToClaims(token).getExpirationTime();
            return end != null && end.isBefore(NumericDate.now());
        } catch (InvalidJwtException | MalformedClaimException notAToken) {
            return false;
        }
    }

    private boolean verifies(String token, VerificationKeyResolver key) {
        try {
            JwtClaims claims = consumer(key).processToClaims(token);
            return claims.getExpirationTime() != null;
        } catch (InvalidJwtException | MalformedClaimException refused) {
            return false;
        }
    }

    private JwtConsumer consumer(VerificationKeyResolver key) {
        String[] audiences = config.getOptionalValue("mp.jwt.verify.audiences", String[].class)
                .orElseGet(() -> new String[0]);
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setVerificationKeyResolver(key)
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
                .setAllowedClockSkewInSeconds(Math.toIntExact(ALL_TIME.toSeconds() / 2))
                .setExpectedIssuer(config.getValue("mp.jwt.verify.issuer", String.class));
        return (audiences.length == 0
                        ? builder.setSkipDefaultAudienceValidation()
                        : builder.setExpectedAudience(audiences))
                .build();
    }

    private Optional<VerificationKeyResolver> verificationKey() {
        String inline =
                config.getOptionalValue("mp.jwt.verify.publickey", String.class).orElse("");
        return keys.get(inline.isEmpty() ? config.getValue("mp.jwt.verify.publickey.location", String.class) : inline);
    }

    private static Optional<VerificationKeyResolver> load(String source) {
        try {
            if (source.startsWith("http:") || source.startsWith("https:")) {
                List<JsonWebKey> fetched = new HttpsJwks(source).getJsonWebKeys();
                return Optional.of(new JwksVerificationKeyResolver(fetched));
            }
            return Optional.of(resolver(PublicKeys.isText(source) ? source : read(source)));
        } catch (IOException | JoseException | RuntimeException unavailable) {
            LOG.log(Level.WARNING, "The key of the identity provider can't be read; expired tokens are not told apart");
            return Optional.empty();
        }
    }

    private static String read(String location) throws IOException {
        try (var stream = URI.create(location).toURL().openStream()) {
            return new String(stream.readNBytes(1 << 20), StandardCharsets.UTF_8);
        }
    }

    private static VerificationKeyResolver resolver(String text) throws JoseException {
        String trimmed = text.trim();
        if (trimmed.contains("\"keys\"")) {
            return new JwksVerificationKeyResolver(new JsonWebKeySet(trimmed).getJsonWebKeys());
        }
        Key key = trimmed.startsWith("{") ? JsonWebKey.Factory.newJwk(trimmed).getKey() : PublicKeys.parsePem(trimmed);
        return (signature, context) -> key;
    }
}
