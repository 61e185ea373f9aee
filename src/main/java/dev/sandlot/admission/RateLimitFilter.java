package dev.sandlot.admission;

import dev.sandlot.auth.Caller;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Holds every caller to a rate. */
@Provider
@PreMatching
@Priority(400)
public class RateLimitFilter implements ContainerRequestFilter {
    @Inject
    private CallerRates rates;

    @Override
    public void filter(ContainerRequestContext request) {
        Rate rate = rates.rate(Caller.of(request.getSecurityContext()).subject());
        rate.tell(request);
        rate.require();
    }
}
