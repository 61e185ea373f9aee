package dev.sandlot.auth;

import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * Looks at a token that the identity provider has given for somebody else: whether this server would take it, and as
 * whose. What is wrong with one is the operator's to mend, so the log tells it, and never the token.
 */
@Singleton
public class ProviderTokens {
    private static final Logger LOG = ServerLog.of(ProviderTokens.class);
    /** In characters: a header has room for twice as many. */
    private static final int LENGTH_MAX = 16_384;

    private static final Duration SKEW = Duration.ofMinutes(1);

    private static final Map<Integer, String> FAULTS = Map.of(
            ErrorCodes.AUDIENCE_MISSING, "it has no audience",
            ErrorCodes.AUDIENCE_INVALID, "its audience is none of MP_JWT_VERIFY_AUDIENCES",
            ErrorCodes.ISSUER_MISSING, "it has no issuer",
            ErrorCodes.ISSUER_INVALID, "its issuer is not MP_JWT_VERIFY_ISSUER",
            ErrorCodes.EXPIRATION_MISSING, "it never expires",
            ErrorCodes.EXPIRED, "it has expired",
            ErrorCodes.NOT_YET_VALID, "it is not good yet",
            ErrorCodes.SIGNATURE_INVALID, "its signature is wrong",
            ErrorCodes.JSON_INVALID, "it is no JWT");

    private final IdentityConfig config;
    private final ProviderKeys keys;

    @Inject
    public ProviderTokens(IdentityConfig config, ProviderKeys keys) {
        this.config = config;
        this.keys = keys;
    }

    /** Whose it is; empty for one that this server does not take. */
    public Optional<String> subject(String token) {
        try {
            return Optional.of(name(claims(token)));
        } catch (InvalidJwtException refused) {
            warn(reason(refused));
        } catch (MalformedClaimException unfit) {
            warn("it has no claim " + config.nameClaim());
        } catch (IOException unknown) {
            warn(String.valueOf(unknown.getMessage()));
        }
        return Optional.empty();
    }

    private JwtClaims claims(String token) throws IOException, InvalidJwtException {
        if (token.length() > LENGTH_MAX) {
            throw new IOException("it is longer than " + LENGTH_MAX + " characters");
        }
        return VerifiedClaims.of(config, keys.require())
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(Math.toIntExact(SKEW.toSeconds()))
                .build()
                .processToClaims(token);
    }

    private String name(JwtClaims claims) throws MalformedClaimException {
        String name = claims.getStringClaimValue(config.nameClaim());
        if (name == null || name.isEmpty()) {
            throw new MalformedClaimException("no name");
        }
        return name;
    }

    /** Of all that is wrong the first that has a word; the exception's own would show the token. */
    private static String reason(InvalidJwtException refused) {
        return refused.getErrorDetails().stream()
                .map(fault -> FAULTS.get(fault.getErrorCode()))
                .filter(word -> word != null)
                .findFirst()
                .orElse("it is no JWT that can be verified");
    }

    private static void warn(String why) {
        LOG.log(Level.WARNING, "The identity provider has given a token that this server does not take: {0}", why);
    }
}
