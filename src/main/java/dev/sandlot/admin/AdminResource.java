package dev.sandlot.admin;

import dev.sandlot.admission.Mode;
import dev.sandlot.admission.WorkGate;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.EnvironmentState;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.Paging;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the operator does with all tenants' environments, and with the server. */
@Path("/admin")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN)
@Singleton
@Tag(name = "admin")
public class AdminResource {
    private static final int BODY_MAX = 4096;

    private final Environments environments;
    private final WorkGate gate;
    private final LongAnswers longAnswers;
    private final Clock clock;

    @Inject
    public AdminResource(Environments environments, WorkGate gate, LongAnswers longAnswers, Clock clock) {
        this.environments = environments;
        this.gate = gate;
        this.longAnswers = longAnswers;
        this.clock = clock;
    }

    @GET
    @Path("/environments")
    @Operation(operationId = "listAllEnvironments", summary = "The environments of all tenants, newest first")
    @APIResponseSchema(TenantEnvironmentList.class)
    public CompletionStage<Response> list(
            @QueryParam("state") List<String> words,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit) {
        Faults faults = new Faults();
        Paging paging = Paging.read(page, limit, faults);
        Set<EnvironmentState> states = EnvironmentState.read(words, faults);
        faults.throwIfAny();
        return longAnswers.json(
                AuditResource.OPERATOR,
                () -> TenantEnvironmentList.of(environments.listAll(states, paging), paging, clock.instant()));
    }

    @DELETE
    @Path("/environments/{environment_id}")
    @Operation(operationId = "endEnvironment", summary = "Tear down an environment, whoever's it is")
    public Response end(@BeanParam EnvironmentPath path) {
        UUID id = path.requireEnvironment();
        if (environments.find(id).isEmpty()) {
            throw ApiException.notFound("environment");
        }
        environments.tearDown(id);
        return Response.noContent().build();
    }

    @GET
    @Path("/mode")
    @Operation(operationId = "getMode", summary = "What the server takes of new work")
    public ModeView mode() {
        return new ModeView(gate.mode().word());
    }

    @PUT
    @Path("/mode")
    @Operation(operationId = "setMode", summary = "Have the server take new work, none, or no change at all")
    public ModeView setMode(@Context HttpHeaders headers, InputStream content) {
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        String word = body.requiredString("mode");
        Optional<Mode> wanted = Mode.parse(word);
        if (wanted.isEmpty() && !word.isEmpty()) {
            faults.badValue("Must be open, drain or read_only", "body", "mode");
        }
        faults.throwIfAny();
        gate.set(wanted.orElseThrow());
        return mode();
    }
}
