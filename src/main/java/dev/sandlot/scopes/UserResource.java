package dev.sandlot.scopes;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentConfig;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who the caller is. */
@Path("/user")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "scopes")
@RolesAllowed({
    Role.ENVIRONMENTS_READ,
    Role.ENVIRONMENTS_WRITE,
    Role.ENVIRONMENTS_EXECUTE,
    Role.TASKS_READ,
    Role.TASKS_WRITE,
    Role.TASKS_PUBLISH_PUBLIC,
    Role.METRICS_READ,
    Role.ADMIN
})
public class UserResource {
    private final Scopes scopes;
    private final EnvironmentConfig config;

    @Inject
    public UserResource(Scopes scopes, EnvironmentConfig config) {
        this.scopes = scopes;
        this.config = config;
    }

    @GET
    @Operation(operationId = "getUser", summary = "The caller")
    public UserView user(@Context SecurityContext security) {
        return UserView.of(Caller.of(security));
    }

    @GET
    @Path("/organizations")
    @Operation(operationId = "listOrganizations", summary = "The organizations that the caller is told of")
    public List<OrganizationView> organizations(@Context SecurityContext security) {
        return scopes.organizations(Caller.of(security)).stream()
                .map(name -> OrganizationView.of(name, config.lifetimeDefault(), config.lifetimeMax()))
                .toList();
    }
}
