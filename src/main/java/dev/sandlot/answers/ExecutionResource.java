package dev.sandlot.answers;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.exchange.LongAnswers;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.execution.Executions;
import dev.sandlot.http.Paging;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.worker.Workers;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The records of an environment's executions. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "executions")
public class ExecutionResource {
    private final Environments environments;
    private final Executions executions;
    private final ExecutionViews views;
    private final OutputAnswers outputs;
    private final ExecutionEvents events;
    private final LongAnswers longAnswers;
    private final Workers workers;

    @Inject
    public ExecutionResource(
            Environments environments,
            Executions executions,
            ExecutionViews views,
            OutputAnswers outputs,
            ExecutionEvents events,
            LongAnswers longAnswers,
            Workers workers) {
        this.environments = environments;
        this.executions = executions;
        this.views = views;
        this.outputs = outputs;
        this.events = events;
        this.longAnswers = longAnswers;
        this.workers = workers;
    }

    @GET
    @Path("/{environment_id}/executions")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "listExecutions", summary = "The executions of an environment, newest first")
    @APIResponseSchema(ExecutionList.class)
    public CompletionStage<Response> list(
            @BeanParam EnvironmentPath path,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit) {
        Faults faults = new Faults();
        path.check(faults);
        Paging paging = Paging.read(page, limit, faults);
        faults.throwIfAny();
        return longAnswers.json(path.workspace(), () -> list(environment(path), paging));
    }

    private ExecutionList list(Environment environment, Paging paging) {
        ExecutionRepository.Page found = executions.list(environment, paging);
        List<ExecutionView> page =
                found.executions().stream().map(views::summary).toList();
        return ExecutionList.of(page, found.total(), paging);
    }

    @GET
    @Path("/{environment_id}/executions/{execution_id}")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getExecution", summary = "One execution with its output")
    @APIResponseSchema(ExecutionView.class)
    public CompletionStage<Response> get(@BeanParam EnvironmentPath path) {
        path.requireGood();
        return longAnswers.json(
                path.workspace(), () -> views.record(executions.require(environment(path), path.execution())));
    }

    @GET
    @Path("/{environment_id}/executions/{execution_id}/output")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON, ExecutionEvents.MEDIA_TYPE})
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(
            operationId = "getExecutionOutput",
            summary = "All kept bytes of an output or a range of them, or its events from the start on")
    @Parameter(
            name = "Range",
            in = ParameterIn.HEADER,
            description = "One range of bytes (RFC 9110, 14.2)",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = EventId.HEADER,
            in = ParameterIn.HEADER,
            description = "Events that come after that one",
            schema = @Schema(type = SchemaType.STRING))
    public CompletionStage<Response> output(
            @Context HttpHeaders headers,
            @Context Request http,
            @Context HttpServletRequest exchange,
            @BeanParam EnvironmentPath path,
            @QueryParam("stream") @Nullable String stream) {
        Faults faults = new Faults();
        path.check(faults);
        OutputStreamKind kind = kind(stream, ExecuteResource.wantsEvents(http), faults);
        faults.throwIfAny();
        Environment environment = environment(path);
        ExecutionProgress execution = executions.progress(environment, path.execution());
        requireKept(execution.record(), kind);
        if (!ExecuteResource.wantsEvents(http)) {
            String range = headers.getHeaderString("Range");
            // Whoever answers writes it, at the client's pace.
            return CompletableFuture.supplyAsync(
                    () -> outputs.answer(execution.record(), kind, range), Exchange.afterReturn(workers));
        }
        int streams = ExecutionEvents.streamsOf(execution.record().split()).size();
        EventId from = EventId.read(headers.getHeaderString(EventId.HEADER), streams, faults);
        faults.throwIfAny();
        Share place = events.takePlace(exchange, environment);
        return events.answer(execution, from, true, place).thenApply(Response.ResponseBuilder::build);
    }

    private static OutputStreamKind kind(@Nullable String stream, boolean events, Faults faults) {
        Optional<OutputStreamKind> kind = Arrays.stream(OutputStreamKind.values())
                .filter(one -> one.word().equals(stream))
                .findFirst();
        if (stream != null && kind.isEmpty()) {
            faults.badValue("Must be output, stdout or stderr", "query", "stream");
        } else if (stream != null && events) {
            faults.badValue("Events are of all streams, and each says its own", "query", "stream");
        }
        return kind.orElse(OutputStreamKind.OUTPUT);
    }

    private static void requireKept(Execution execution, OutputStreamKind kind) {
        if (kind != OutputStreamKind.OUTPUT && !execution.split()) {
            Faults faults = new Faults();
            faults.badValue("Its streams were not kept apart; ask for streams: split", "query", "stream");
            faults.throwIfAny();
        }
    }

    @DELETE
    @Path("/{environment_id}/executions/{execution_id}")
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "killExecution", summary = "Kill a running command with its whole tree")
    public CompletionStage<Response> kill(@Context HttpHeaders headers, @BeanParam EnvironmentPath path) {
        Faults faults = new Faults();
        path.check(faults);
        ExecuteToken token = ExecuteResource.token(headers, faults);
        faults.throwIfAny();
        Environment environment = environments.require(path.workspace(), path.environment(), token);
        return executions
                .cancel(executions.require(environment, path.execution()))
                .thenApply(ExecutionResource::killed);
    }

    private static Response killed(Execution execution) {
        if (!execution.state().isTerminal()) {
            throw new ApiException(ErrorType.GATEWAY_TIMEOUT, "The command could not be killed in time");
        }
        return Response.noContent().build();
    }

    private Environment environment(EnvironmentPath path) {
        return environments.require(path.workspace(), path.environment());
    }
}
