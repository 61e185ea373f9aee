package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.Paging;
import dev.sandlot.idempotency.IdempotencyKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The operations on environments but for execute. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "environments")
public class EnvironmentResource {
    private static final int BODY_MAX = 4 << 20;

    private final Environments environments;
    private final ProvisionIntake intake;
    private final EnvironmentConfig config;
    private final LongAnswers longAnswers;
    private final Clock clock;

    @Inject
    public EnvironmentResource(
            Environments environments,
            ProvisionIntake intake,
            EnvironmentConfig config,
            LongAnswers longAnswers,
            Clock clock) {
        this.environments = environments;
        this.intake = intake;
        this.config = config;
        this.longAnswers = longAnswers;
        this.clock = clock;
    }

    @POST
    @RolesAllowed({Role.ENVIRONMENTS_WRITE, Role.ADMIN})
    @Operation(operationId = "provisionEnvironment", summary = "Provision an environment from a task")
    @Parameter(
            name = IdempotencyKey.HEADER,
            in = ParameterIn.HEADER,
            description = "Sent again, it is the same one",
            schema = @Schema(type = SchemaType.STRING))
    public CompletionStage<Response> provision(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @BeanParam EnvironmentPath path,
            InputStream content) {
        Caller caller = Caller.of(security);
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        Optional<ProvisionRequest> read = intake.read(body, path.workspace(), faults);
        Optional<IdempotencyKey> key = IdempotencyKey.read(headers, path.scope(), body, faults);
        faults.throwIfAny();
        return intake.provision(caller, path.workspace(), read.orElseThrow(), config.base(uri), key)
                .thenApply(made -> Response.status(Response.Status.CREATED)
                        // As text: a relative URI would be taken for one below the application's root.
                        .header("Location", path.uri(made.id()).toString())
                        .entity(made)
                        .build());
    }

    @GET
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "listEnvironments", summary = "The environments of a workspace, newest first")
    @APIResponseSchema(EnvironmentList.class)
    public CompletionStage<Response> list(
            @Context UriInfo uri,
            @BeanParam EnvironmentPath path,
            @QueryParam("state") List<String> words,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit) {
        Faults faults = new Faults();
        path.check(faults);
        Paging paging = Paging.read(page, limit, faults);
        Set<EnvironmentState> states = EnvironmentState.read(words, faults);
        faults.throwIfAny();
        URI base = config.base(uri);
        return longAnswers.json(
                path.workspace(),
                () -> EnvironmentList.of(
                        environments.list(path.workspace(), states, paging), paging, clock.instant(), base));
    }

    @GET
    @Path("/{environment_id}")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getEnvironment", summary = "One environment")
    public EnvironmentView get(@Context UriInfo uri, @BeanParam EnvironmentPath path) {
        return EnvironmentView.of(find(path), clock.instant(), config.base(uri), null);
    }

    @GET
    @Path("/{environment_id}/status")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getEnvironmentStatus", summary = "The state of an environment, for polling")
    public EnvironmentStatus status(@Context UriInfo uri, @BeanParam EnvironmentPath path) {
        return EnvironmentStatus.of(find(path), clock.instant(), config.base(uri));
    }

    @PATCH
    @Path("/{environment_id}")
    @RolesAllowed({Role.ENVIRONMENTS_WRITE, Role.ADMIN})
    @Operation(operationId = "extendEnvironment", summary = "Have an environment live so long from now on")
    public EnvironmentView extend(
            @Context HttpHeaders headers, @Context UriInfo uri, @BeanParam EnvironmentPath path, InputStream content) {
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        long seconds = body.integer("timeout_sec", 1, Integer.MAX_VALUE, 0);
        if (!body.has("timeout_sec")) {
            faults.missing("body", "timeout_sec");
        }
        faults.throwIfAny();
        Duration wanted = Duration.ofSeconds(seconds);
        Duration lifetime = wanted.compareTo(config.lifetimeMax()) > 0 ? config.lifetimeMax() : wanted;
        Environment extended =
                environments.extend(environments.require(path.workspace(), path.environment()), lifetime);
        return EnvironmentView.of(extended, clock.instant(), config.base(uri), null);
    }

    @DELETE
    @Path("/{environment_id}")
    @RolesAllowed({Role.ENVIRONMENTS_WRITE, Role.ADMIN})
    @Operation(operationId = "deleteEnvironment", summary = "Tear an environment down")
    public Response delete(@BeanParam EnvironmentPath path) {
        environments.tearDown(find(path).id());
        return Response.noContent().build();
    }

    private Environment find(EnvironmentPath path) {
        path.requireGood();
        return environments.require(path.workspace(), path.environment());
    }
}
