package dev.sandlot.environment;

import dev.sandlot.auth.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** An environment's own log. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "environments")
public class EnvironmentLogResource {
    private final Environments environments;
    private final EnvironmentLog log;

    @Inject
    public EnvironmentLogResource(Environments environments, EnvironmentLog log) {
        this.environments = environments;
        this.log = log;
    }

    @GET
    @Path("/{environment_id}/logs")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getEnvironmentLogs", summary = "The end of an environment's own log")
    public EnvironmentLog.Logs logs(@BeanParam EnvironmentPath path) {
        path.requireGood();
        return log.tail(environments.require(path.workspace(), path.environment()));
    }
}
