package dev.sandlot.scopes;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.EnvironmentConfig;
import dev.sandlot.errors.Faults;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** An organization and its workspaces, as far as they are the caller's. */
@Path("/org/{org}")
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
public class ScopeResource {
    private final Scopes scopes;
    private final EnvironmentConfig config;

    @Inject
    public ScopeResource(Scopes scopes, EnvironmentConfig config) {
        this.scopes = scopes;
        this.config = config;
    }

    @GET
    @Operation(operationId = "getOrganization", summary = "An organization")
    public OrganizationView organization(@PathParam("org") String org) {
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        faults.throwIfAny();
        return OrganizationView.of(org, config.lifetimeDefault(), config.lifetimeMax());
    }

    @GET
    @Path("/ws")
    @Operation(operationId = "listWorkspaces", summary = "The workspaces that the caller is told of")
    public List<WorkspaceView> workspaces(@Context SecurityContext security, @PathParam("org") String org) {
        Faults faults = new Faults();
        WorkspaceId.checkSlug("org", org, faults);
        faults.throwIfAny();
        List<String> names = scopes.workspaces(Caller.of(security), org);
        return names.stream()
                .map(name -> WorkspaceView.of(new WorkspaceId(org, name), name.equals(scopes.usual(names))))
                .toList();
    }

    @GET
    @Path("/ws/{workspace}")
    @Operation(operationId = "getWorkspace", summary = "A workspace")
    public WorkspaceView workspace(
            @Context SecurityContext security, @PathParam("org") String org, @PathParam("workspace") String workspace) {
        WorkspaceId id = checked(org, workspace);
        List<String> names = scopes.workspaces(Caller.of(security), org);
        return WorkspaceView.of(id, workspace.equals(scopes.usual(names)));
    }

    @GET
    @Path("/ws/{workspace}/projects")
    @Operation(
            operationId = "listProjects",
            summary = "No project: a project_id is kept with its environment, and no more")
    public List<String> projects(@PathParam("org") String org, @PathParam("workspace") String workspace) {
        checked(org, workspace);
        return List.of();
    }

    private static WorkspaceId checked(String org, String workspace) {
        WorkspaceId id = new WorkspaceId(org, workspace);
        Faults faults = new Faults();
        id.check(faults);
        faults.throwIfAny();
        return id;
    }
}
