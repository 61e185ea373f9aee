package dev.sandlot.usage;

import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What a workspace uses. */
@Path("/org/{org}/ws/{workspace}/usage")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
@Singleton
@Tag(name = "usage")
public class UsageResource {
    private final Usages usages;

    @Inject
    public UsageResource(Usages usages) {
        this.usages = usages;
    }

    @GET
    @Operation(operationId = "getUsage", summary = "What a workspace holds and has used, and how much it may")
    public UsageView usage(
            @PathParam("org") String org,
            @PathParam("workspace") String workspace,
            @QueryParam("since") @Nullable String since) {
        Faults faults = new Faults();
        WorkspaceId id = new WorkspaceId(org, workspace);
        id.check(faults);
        LocalDate day = usages.since(since, faults);
        faults.throwIfAny();
        return usages.of(id, day);
    }
}
