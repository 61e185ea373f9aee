package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.log.Request;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Nobody comes in without a token that MicroProfile JWT has verified, or a key, but to what is open to everybody. Before
 * the match of a path, so that without one an existing path looks like any other.
 */
@Provider
@PreMatching
@Priority(200)
public class CallerFilter implements ContainerRequestFilter {
    private static final String BEARER = "Bearer ";

    @Inject
    private ExpiredTokens expired;

    @Inject
    private Callers callers;

    @Override
    public void filter(ContainerRequestContext request) {
        SecurityContext container = request.getSecurityContext();
        boolean isSecure = container != null && container.isSecure();
        if (request.getProperty(Stranger.ATTRIBUTE) instanceof Stranger stranger) {
            request.setSecurityContext(new StrangerContext(stranger, isSecure));
            return;
        }
        Caller caller = request.getProperty(Caller.ATTRIBUTE) instanceof Caller known
                ? known
                : callers.find(container == null ? null : container.getUserPrincipal(), request::getHeaderString)
                        .orElseThrow(() -> refusal(request.getHeaderString(HttpHeaders.AUTHORIZATION)));
        Request.isOf(caller.subject());
        request.setSecurityContext(new CallerContext(caller, isSecure));
    }

    private ApiException refusal(@Nullable String authorization) {
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

    private record CallerContext(Caller caller, boolean secure) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String role) {
            return caller.hasRole(role);
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public String getAuthenticationScheme() {
            return caller.key().isPresent() ? "API-KEY" : "MP-JWT";
        }
    }

    /** They have no role. */
    private record StrangerContext(Stranger stranger, boolean secure) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return stranger;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public @Nullable String getAuthenticationScheme() {
            return null;
        }
    }
}
