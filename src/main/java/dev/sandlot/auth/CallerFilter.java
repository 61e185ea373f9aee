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
 * the match of a path, so that without one an existing path looks like any other.
 */
@Provider
@PreMatching
@Priority(200)
public class CallerFilter implements ContainerRequestFilter {
    @Inject
    private Strangers strangers;

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
                        .orElseThrow(() -> strangers.refusal(request.getHeaderString(HttpHeaders.AUTHORIZATION)));
        Request.isOf(caller.subject());
        request.setSecurityContext(new CallerContext(caller, isSecure));
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
