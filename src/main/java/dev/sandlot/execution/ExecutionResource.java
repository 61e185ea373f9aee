package dev.sandlot.execution;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.Faults;
import dev.sandlot.request.Paging;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The records of an environment's executions, and its log. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "executions")
public class ExecutionResource {
    private final Environments environments;
    private final Executions executions;
    private final ExecutionAnswers answers;
    private final EnvironmentLog log;

    @Inject
    public ExecutionResource(
            Environments environments, Executions executions, ExecutionAnswers answers, EnvironmentLog log) {
        this.environments = environments;
        this.executions = executions;
        this.answers = answers;
        this.log = log;
    }

    @GET
    @Path("/{environment_id}/executions")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "listExecutions", summary = "The executions of an environment, newest first")
    public ExecutionList list(
            @Context SecurityContext security,
            @BeanParam EnvironmentPath path,
            @PathParam("environment_id") String environmentId,
            @QueryParam("page") @Nullable String page,
            @QueryParam("limit") @Nullable String limit) {
        path.enter(security);
        Faults faults = new Faults();
        path.workspace().check(faults);
        UUID id = EnvironmentPath.uuid("environment_id", environmentId, faults);
        Paging paging = Paging.read(page, limit, faults);
        faults.throwIfAny();
        ExecutionRepository.Page found = executions.list(environments.require(path.workspace(), id), paging);
        List<ExecutionView> views =
                found.executions().stream().map(answers::summary).toList();
        return ExecutionList.of(views, found.total(), paging);
    }

    @GET
    @Path("/{environment_id}/executions/{execution_id}")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getExecution", summary = "One execution with its output")
    public ExecutionView get(
            @Context SecurityContext security,
            @BeanParam EnvironmentPath path,
            @PathParam("environment_id") String environmentId,
            @PathParam("execution_id") String executionId) {
        path.enter(security);
        Faults faults = new Faults();
        path.workspace().check(faults);
        UUID id = EnvironmentPath.uuid("environment_id", environmentId, faults);
        UUID execution = EnvironmentPath.uuid("execution_id", executionId, faults);
        faults.throwIfAny();
        Environment environment = environments.require(path.workspace(), id);
        return answers.record(executions.require(environment, execution));
    }

    @GET
    @Path("/{environment_id}/executions/{execution_id}/output")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getExecutionOutput", summary = "All kept bytes of an output, or a range of them")
    public Response output(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @BeanParam EnvironmentPath path,
            @PathParam("environment_id") String environmentId,
            @PathParam("execution_id") String executionId) {
        path.enter(security);
        Faults faults = new Faults();
        path.workspace().check(faults);
        UUID id = EnvironmentPath.uuid("environment_id", environmentId, faults);
        UUID executionUuid = EnvironmentPath.uuid("execution_id", executionId, faults);
        faults.throwIfAny();
        Execution execution = executions.require(environments.require(path.workspace(), id), executionUuid);
        OutputContent content = new OutputContent(executions.output(execution, OutputStreamKind.OUTPUT));
        Optional<ByteRange> range = ByteRange.parse(headers.getHeaderString("Range"), content.length(), faults);
        faults.throwIfAny();
        ByteRange part = range.orElse(new ByteRange(0, content.length()));
        // While the command runs nobody knows how long the whole will be (RFC 9110, 14.4).
        String whole = execution.ended().isPresent() ? Long.toString(content.length()) : "*";
        Response.ResponseBuilder answer = Response.status(range.isPresent() ? 206 : 200)
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("Accept-Ranges", "bytes")
                .entity((StreamingOutput) out -> content.write(part.from(), part.to(), out));
        return range.isPresent()
                ? answer.header("Content-Range", "bytes " + part.from() + "-" + (part.to() - 1) + "/" + whole)
                        .build()
                : answer.build();
    }

    @DELETE
    @Path("/{environment_id}/executions/{execution_id}")
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "killExecution", summary = "Kill a running command with its whole tree")
    public CompletionStage<Response> kill(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @BeanParam EnvironmentPath path,
            @PathParam("environment_id") String environmentId,
            @PathParam("execution_id") String executionId) {
        path.enter(security);
        Faults faults = new Faults();
        path.workspace().check(faults);
        UUID id = EnvironmentPath.uuid("environment_id", environmentId, faults);
        UUID execution = EnvironmentPath.uuid("execution_id", executionId, faults);
        ExecuteToken token = ExecuteResource.token(headers, faults);
        faults.throwIfAny();
        Environment environment = environments.require(path.workspace(), id);
        ExecuteResource.requireToken(environment, token);
        return executions
                .cancel(executions.require(environment, execution))
                .thenApply(ended -> Response.noContent().build());
    }

    @GET
    @Path("/{environment_id}/logs")
    @RolesAllowed({Role.ENVIRONMENTS_READ, Role.ADMIN})
    @Operation(operationId = "getEnvironmentLogs", summary = "The end of an environment's own log")
    public EnvironmentLog.Logs logs(
            @Context SecurityContext security,
            @BeanParam EnvironmentPath path,
            @PathParam("environment_id") String environmentId) {
        path.enter(security);
        Faults faults = new Faults();
        path.workspace().check(faults);
        UUID id = EnvironmentPath.uuid("environment_id", environmentId, faults);
        faults.throwIfAny();
        return log.tail(environments.require(path.workspace(), id));
    }
}
