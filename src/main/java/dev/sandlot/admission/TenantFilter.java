package dev.sandlot.admission;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.quota.RequestCount;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;

/**
 * Counts the requests to what a workspace has, and holds them to its quota and its organization's. Behind the checks of
 * membership and roles: strangers use up nothing.
 */
@Provider
@Priority(Priorities.AUTHORIZATION + 1)
public class TenantFilter implements ContainerRequestFilter {
    @Inject
    private TenantRates rates;

    @Inject
    private RequestCount requests;

    @Override
    public void filter(ContainerRequestContext request) {
        MultivaluedMap<String, String> path = request.getUriInfo().getPathParameters();
        String workspace = path.getFirst("workspace");
        if (workspace == null) {
            return;
        }
        WorkspaceId tenant = new WorkspaceId(path.getFirst("org"), workspace);
        if (!tenant.isWellFormed()) {
            return;
        }
        requests.count(tenant);
        rates.take(tenant).forEach(rate -> {
            rate.tell(request);
            rate.require();
        });
    }
}
