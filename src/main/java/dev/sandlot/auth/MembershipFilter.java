package dev.sandlot.auth;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;

/**
 * Nobody comes to an operation below an organization or a workspace that is not theirs. After the match of a path, by the
 * names of its parameters, which every operation has.
 */
@Provider
@Priority(Priorities.AUTHORIZATION - 1)
public class MembershipFilter implements ContainerRequestFilter {
    private static final String ORG = "org";
    private static final String WORKSPACE = "workspace";

    @Override
    public void filter(ContainerRequestContext request) {
        MultivaluedMap<String, String> path = request.getUriInfo().getPathParameters();
        String org = path.getFirst(ORG);
        if (org == null) {
            return;
        }
        Caller caller = Caller.of(request.getSecurityContext());
        String workspace = path.getFirst(WORKSPACE);
        if (workspace == null) {
            caller.requireMember(org);
        } else {
            caller.requireMember(new WorkspaceId(org, workspace));
        }
    }
}
