package dev.sandlot.auth;

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
 * the match of a path, so that without one an existing path looks like any other. Who it is was found out when the request
 * came; of whom nothing is known by here is let in nowhere.
 */
@Provider
@PreMatching
@Priority(200)
public class CallerFilter implements ContainerRequestFilter {
    @Inject
    private Strangers strangers;

    @Override
    public void filter(ContainerRequestContext request) {
        SecurityContext container = request.getSecurityContext();
        request.setSecurityContext(new Context(principal(request), container != null && container.isSecure()));
    }

    private Principal principal(ContainerRequestContext request) {
        if (request.getProperty(Stranger.ATTRIBUTE) instanceof Stranger stranger) {
            return stranger;
        }
        if (request.getProperty(Caller.ATTRIBUTE) instanceof Caller caller) {
            Request.isOf(caller.subject());
            return caller;
        }
        throw strangers.refusal(request.getHeaderString(HttpHeaders.AUTHORIZATION));
    }

    /** {@code principal}: a caller, or a stranger, who has no role. */
    private record Context(Principal principal, boolean secure) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return principal;
        }

        @Override
        public boolean isUserInRole(String role) {
            return principal instanceof Caller caller && caller.hasRole(role);
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public @Nullable String getAuthenticationScheme() {
            if (principal instanceof Caller caller) {
                return caller.key().isPresent() ? "API-KEY" : "MP-JWT";
            }
            return null;
        }
    }
}
