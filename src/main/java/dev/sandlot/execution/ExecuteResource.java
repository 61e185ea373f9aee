package dev.sandlot.execution;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.request.JsonBody;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The heart of it: runs a command in an environment. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "executions")
public class ExecuteResource {
    static final String TOKEN_HEADER = "X-Environment-Token";

    private static final String ID_HEADER = "X-Execution-Id";
    private static final String LINK_HEADER = "Link";
    private static final int BODY_MAX = 8 << 20;

    private final Environments environments;
    private final Executions executions;
    private final ExecutionAnswers answers;

    @Inject
    public ExecuteResource(Environments environments, Executions executions, ExecutionAnswers answers) {
        this.environments = environments;
        this.executions = executions;
        this.answers = answers;
    }

    @POST
    @Path("/{environment_id}/execute")
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "execute", summary = "Run a command and wait for its end")
    public CompletionStage<Response> execute(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @BeanParam EnvironmentPath path,
            InputStream content) {
        Caller caller = path.enter(security);
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        ExecuteToken token = token(headers, faults);
        ExecuteRequest request = ExecuteRequest.read(body, faults);
        faults.throwIfAny();
        Environment environment = environments.require(path.workspace(), path.environment());
        requireToken(environment, token);
        Preference preference = Preference.parse(headers.getRequestHeaders().getOrDefault("Prefer", List.of()));
        RunningExecution execution = executions.start(caller, environment, request);
        URI uri = path.executionUri(execution.id().value());
        if (!preference.async()) {
            return answer(execution, uri, request.timeoutIsResult());
        }
        executions.store(execution);
        return executions
                .endsWithin(execution, preference.patience().orElse(Duration.ZERO))
                .thenCompose(ended -> ended
                        ? answer(execution, uri, request.timeoutIsResult())
                        : CompletableFuture.completedFuture(accepted(execution, uri)));
    }

    /** 202 with the record as it stands; the rest is for polling. */
    private Response accepted(RunningExecution execution, URI uri) {
        return Response.accepted(answers.summary(execution.record()))
                .header("Location", uri)
                .header(ID_HEADER, execution.id())
                .header(LINK_HEADER, link(uri))
                .header("Preference-Applied", "respond-async")
                .build();
    }

    static ExecuteToken token(HttpHeaders headers, Faults faults) {
        ExecuteToken token = ExecuteToken.parse(headers.getHeaderString(TOKEN_HEADER));
        if (token == null) {
            faults.missing("header", TOKEN_HEADER);
            return new ExecuteToken("");
        }
        return token;
    }

    static void requireToken(Environment environment, ExecuteToken token) {
        if (!token.matches(environment.tokenHash())) {
            throw ApiException.forbidden();
        }
    }

    private CompletionStage<Response> answer(RunningExecution execution, URI uri, boolean timeoutIsResult) {
        return execution.ended().thenApply(end -> {
            String id = end.id().toString();
            try {
                return Response.ok(answers.result(end, execution.output(), timeoutIsResult))
                        .header(ID_HEADER, id)
                        .header(LINK_HEADER, link(uri))
                        .build();
            } catch (ApiException told) {
                throw told.withHeader(ID_HEADER, id).withHeader(LINK_HEADER, link(uri));
            }
        });
    }

    private static String link(URI uri) {
        return "<" + uri + ">; rel=\"execution\"";
    }
}
