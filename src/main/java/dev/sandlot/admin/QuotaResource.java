package dev.sandlot.admin;

import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.Quota;
import dev.sandlot.quota.QuotaKeeping;
import dev.sandlot.quota.QuotaOwner;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Quotas of single tenants, in force at once. The names of the path's parameters are not those of what tenants have: they
 * are not asked whether it is theirs.
 */
@Path("/admin/quotas")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN)
@Singleton
@Tag(name = "admin")
public class QuotaResource {
    private static final int BODY_MAX = 4096;
    private static final String ORGANIZATION = "/{of_org}";
    private static final String WORKSPACE = "/{of_org}/{of_workspace}";

    private final QuotaKeeping quotas;

    @Inject
    public QuotaResource(QuotaKeeping quotas) {
        this.quotas = quotas;
    }

    @GET
    @Operation(operationId = "listQuotas", summary = "The quotas in force")
    public QuotaList list() {
        return new QuotaList(quotas.list().stream().map(QuotaView::of).toList());
    }

    @PUT
    @Path(ORGANIZATION)
    @Operation(operationId = "setOrganizationQuota", summary = "What an organization may have from now on")
    public QuotaView set(@PathParam("of_org") String org, @Context HttpHeaders headers, InputStream content) {
        return set(org, Optional.empty(), headers, content);
    }

    @PUT
    @Path(WORKSPACE)
    @Operation(operationId = "setWorkspaceQuota", summary = "What a workspace may have from now on")
    public QuotaView set(
            @PathParam("of_org") String org,
            @PathParam("of_workspace") String workspace,
            @Context HttpHeaders headers,
            InputStream content) {
        return set(org, Optional.of(workspace), headers, content);
    }

    private QuotaView set(String org, Optional<String> workspace, HttpHeaders headers, InputStream content) {
        Faults faults = new Faults();
        check(org, workspace, faults);
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        Map<Allowance, Long> most = new EnumMap<>(Allowance.class);
        for (Allowance allowance : Allowance.values()) {
            if (body.has(allowance.word())) {
                most.put(
                        allowance,
                        body.integer(allowance.word(), allowance.least(), Allowance.MOST, allowance.least()));
            }
        }
        if (most.isEmpty()) {
            faults.badValue("Must have at least one of " + Allowance.words(), "body");
        }
        faults.throwIfAny();
        QuotaOwner owner = new QuotaOwner(org, workspace);
        Quota quota = new Quota(most);
        quotas.set(owner, quota);
        return QuotaView.of(new QuotaKeeping.Kept(owner, quota, false));
    }

    private static void check(String org, Optional<String> workspace, Faults faults) {
        WorkspaceId.checkSlug("of_org", org, faults);
        workspace.ifPresent(name -> WorkspaceId.checkSlug("of_workspace", name, faults));
    }

    @DELETE
    @Path(ORGANIZATION)
    @Operation(operationId = "removeOrganizationQuota", summary = "Have the file's or the settings' bounds hold again")
    public Response remove(@PathParam("of_org") String org) {
        return remove(org, Optional.empty());
    }

    @DELETE
    @Path(WORKSPACE)
    @Operation(operationId = "removeWorkspaceQuota", summary = "Have the file's or the settings' bounds hold again")
    public Response remove(@PathParam("of_org") String org, @PathParam("of_workspace") String workspace) {
        return remove(org, Optional.of(workspace));
    }

    private Response remove(String org, Optional<String> workspace) {
        Faults faults = new Faults();
        check(org, workspace, faults);
        faults.throwIfAny();
        quotas.remove(new QuotaOwner(org, workspace));
        return Response.noContent().build();
    }
}
