package dev.sandlot.auth;

import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/**
 * Tells a token that was good once from one that never was. MicroProfile JWT refuses both alike; this looks at what it
 * has refused, with the same key, issuer and audience, and never lets anybody in.
 */
@Singleton
class ExpiredTokens {
    private static final Logger LOG = ServerLog.of(ExpiredTokens.class);
    private static final int TOKEN_LENGTH_MAX = 16_384;
    private static final Duration ALL_TIME = Duration.ofDays(36_500);

    private final IdentityConfig config;
    private final ProviderKeys keys;

    @Inject
    ExpiredTokens(IdentityConfig config, ProviderKeys keys) {
        this.config = config;
        this.keys = keys;
    }

    /** True for a token of ours whose only fault is its age. */
    public boolean wasGoodOnce(String token) {
        if (token.length() > TOKEN_LENGTH_MAX || !saysItIsOver(token)) {
            return false;
        }
        try {
            return verifies(token, keys.require());
        } catch (IOException unknown) {
            LOG.log(Level.FINE, "Expired tokens are not told apart: {0}", unknown.getMessage());
            return false;
        }
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
        return VerifiedClaims.of(config, key)
                .setAllowedClockSkewInSeconds(Math.toIntExact(ALL_TIME.toSeconds() / 2))
                .build();
    }
}
