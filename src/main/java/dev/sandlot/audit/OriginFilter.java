package dev.sandlot.audit;

import dev.sandlot.auth.Caller;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.TraceId;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Writes down where a request comes from, before anybody refuses it and on the thread that knows. */
@Provider
@PreMatching
@Priority(150)
public class OriginFilter implements ContainerRequestFilter {
    @Context
    private HttpServletRequest http;

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(
                Origin.ATTRIBUTE,
                new Origin(credential(request), http.getRemoteAddr(), RequestId.current(), TraceId.current()));
    }

    /** The kind of what the caller shows, with a key's own id or the issuer that the container has verified. */
    private static @Nullable String credential(ContainerRequestContext request) {
        if (request.getProperty(Caller.ATTRIBUTE) instanceof Caller caller
                && caller.key().isPresent()) {
            return "key:" + caller.key().get();
        }
        SecurityContext container = request.getSecurityContext();
        return container != null && container.getUserPrincipal() instanceof JsonWebToken token
                ? "jwt:" + token.getIssuer()
                : null;
    }
}
