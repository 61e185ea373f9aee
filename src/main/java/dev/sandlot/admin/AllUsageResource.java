package dev.sandlot.admin;

import dev.sandlot.auth.Role;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.http.Paging;
import dev.sandlot.usage.Usages;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What all tenants use. */
@Path("/usage")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN)
@Singleton
@Tag(name = "admin")
public class AllUsageResource {
    private final Usages usages;
    private final LongAnswers longAnswers;

    @Inject
    public AllUsageResource(Usages usages, LongAnswers longAnswers) {
        this.usages = usages;
        this.longAnswers = longAnswers;
    }

    @GET
    @Operation(operationId = "listUsage", summary = "What all workspaces hold and have used, by name")
    @APIResponseSchema(UsageList.class)
    public CompletionStage<Response> list(
            @QueryParam("since") @Nullable String since,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit) {
        Faults faults = new Faults();
        Paging paging = Paging.read(page, limit, faults);
        LocalDate day = usages.since(since, faults);
        faults.throwIfAny();
        return longAnswers.json(AuditResource.OPERATOR, () -> UsageList.of(usages.page(day, paging), paging));
    }
}
