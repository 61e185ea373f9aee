package dev.sandlot.admission;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Stranger;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;

/** Holds every caller to a rate, and those whom nobody knows by the network that they come from. */
@Provider
@PreMatching
@Priority(400)
public class RateLimitFilter implements ContainerRequestFilter {
    @Inject
    private CallerRates rates;

    @Override
    public void filter(ContainerRequestContext request) {
        Rate rate = rates.rate(name(request.getSecurityContext()));
        rate.tell(request);
        rate.require();
    }

    private static String name(SecurityContext security) {
        return security.getUserPrincipal() instanceof Stranger stranger
                ? stranger.getName()
                : Caller.of(security).subject();
    }
}
