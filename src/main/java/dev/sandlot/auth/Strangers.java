package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Says why somebody is not let in who shows neither a token that was verified nor a key. */
@Singleton
public class Strangers {
    private static final String BEARER = "Bearer ";

    private final ExpiredTokens expired;

    @Inject
    Strangers(ExpiredTokens expired) {
        this.expired = expired;
    }

    /** AUTHENTICATION, or EXPIRED_TOKEN for a token that was good once. */
    public ApiException refusal(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return new ApiException(
                            ErrorType.AUTHENTICATION, "Send a token as Authorization: Bearer, or a key as X-API-Key")
                    .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        boolean wasGood =
                expired.wasGoodOnce(authorization.substring(BEARER.length()).trim());
        return new ApiException(
                        wasGood ? ErrorType.EXPIRED_TOKEN : ErrorType.AUTHENTICATION,
                        wasGood ? "The token has expired; get a new one" : "Authentication failed")
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
    }
}
