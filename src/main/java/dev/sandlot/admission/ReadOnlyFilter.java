package dev.sandlot.admission;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/** Refuses changes while the server is read-only; behind the check of roles. The operator may change all the same. */
@Provider
@Priority(Priorities.AUTHORIZATION + 1)
public class ReadOnlyFilter implements ContainerRequestFilter {
    private static final Set<String> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    /** In the paths of all that organizations have. */
    private static final String ORGANIZATION = "org";

    @Inject
    private WorkGate gate;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!READS.contains(request.getMethod())
                && request.getUriInfo().getPathParameters().containsKey(ORGANIZATION)) {
            gate.requireChanges();
        }
    }
}
