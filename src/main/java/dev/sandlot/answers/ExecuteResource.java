package dev.sandlot.answers;

import dev.sandlot.audit.Origin;
import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.Faults;
import dev.sandlot.execution.ExecuteRequest;
import dev.sandlot.execution.ExecutionAdmission;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.execution.WantedExecution;
import dev.sandlot.http.JsonBody;
import dev.sandlot.idempotency.IdempotencyKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.Variant;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The heart of it: runs a command in an environment. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "executions")
public class ExecuteResource {

    private static final int BODY_MAX = 8 << 20;
    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.valueOf(ExecutionEvents.MEDIA_TYPE))
            .build();

    private final Environments environments;
    private final ExecutionAdmission admission;
    private final ExecutionEvents events;
    private final ExecuteAnswers answers;
    private final AnswersConfig config;

    @Inject
    public ExecuteResource(
            Environments environments,
            ExecutionAdmission admission,
            ExecutionEvents events,
            ExecuteAnswers answers,
            AnswersConfig config) {
        this.config = config;
        this.environments = environments;
        this.admission = admission;
        this.events = events;
        this.answers = answers;
    }

    @POST
    @Path("/{environment_id}/execute")
    @Produces({MediaType.APPLICATION_JSON, ExecutionEvents.MEDIA_TYPE})
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "execute", summary = "Run a command and wait for its end, or follow it")
    @Parameter(
            name = ExecuteToken.HEADER,
            in = ParameterIn.HEADER,
            required = true,
            description = "The environment's token",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = IdempotencyKey.HEADER,
            in = ParameterIn.HEADER,
            description = "Sent again, nothing runs again",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = Preference.HEADER,
            in = ParameterIn.HEADER,
            description = "respond-async, wait=N (RFC 7240)",
            schema = @Schema(type = SchemaType.STRING))
    public CompletionStage<Response> execute(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @Context Request http,
            @Context HttpServletRequest exchange,
            @BeanParam EnvironmentPath path,
            InputStream content) {
        Caller caller = Caller.of(security);
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        ExecuteToken token = token(headers, faults);
        boolean events = wantsEvents(http);
        Preference preference = Preference.read(headers);
        ExecuteRequest request = ExecuteRequest.read(body, events || preference.async(), faults);
        Optional<IdempotencyKey> key = IdempotencyKey.read(headers, path.scope(), body, faults);
        faults.throwIfAny();
        Environment environment = environments.require(path.workspace(), path.environment(), token);
        Optional<Share> stream = events ? Optional.of(this.events.takePlace(exchange, environment)) : Optional.empty();
        AnswersConfig.Manner manner = config.mannerFor(headers.getHeaderString(HttpHeaders.USER_AGENT));
        ExecuteAnswers.Style style = new ExecuteAnswers.Style(
                stream, preference, request.timeoutIsResult().orElse(manner.timeoutIsResult()), manner);
        WantedExecution wanted = new WantedExecution(caller, environment, request, Origin.of(exchange));
        ExecutionProgress execution =
                key.isPresent() ? admission.beginOnce(wanted, key.get()) : admission.begin(wanted, style.isToldEarly());
        return answers.answer(execution, path.executionUri(execution.record().id()), style);
    }

    /** Whether the client prefers events: who takes both prefers JSON, unless they say otherwise. */
    static boolean wantsEvents(Request http) {
        Variant best = http.selectVariant(VARIANTS);
        return best != null && best.getMediaType().toString().equals(ExecutionEvents.MEDIA_TYPE);
    }

    static ExecuteToken token(HttpHeaders headers, Faults faults) {
        return ExecuteToken.require(headers.getHeaderString(ExecuteToken.HEADER), faults);
    }
}
