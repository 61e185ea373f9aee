package dev.sandlot.answers;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.execution.Executions;
import dev.sandlot.http.JsonBody;
import dev.sandlot.http.RefusedBody;
import dev.sandlot.records.Execution;
import dev.sandlot.worker.Workers;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is told to a command while it runs: input and signals. */
@Path("/org/{org}/ws/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "executions")
public class SteerResource {
    private static final int INPUT_MAX = 2 << 20;
    private static final int BODY_MAX = 4096;
    /** Those that POSIX numbers, and those that Linux numbers alike on all of our machines (signal(7)). */
    private static final Map<String, Integer> SIGNALS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ABRT", 6),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("WINCH", 28));

    private final Environments environments;
    private final Executions executions;
    private final Workers workers;

    @Inject
    public SteerResource(Environments environments, Executions executions, Workers workers) {
        this.environments = environments;
        this.executions = executions;
        this.workers = workers;
    }

    @POST
    @Path("/{environment_id}/executions/{execution_id}/stdin")
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "writeExecutionInput", summary = "Write to the standard input of a running command")
    @Parameter(
            name = ExecuteToken.HEADER,
            in = ParameterIn.HEADER,
            required = true,
            description = "The environment's token",
            schema = @Schema(type = SchemaType.STRING))
    public CompletionStage<Response> write(
            @Context HttpHeaders headers,
            @Context HttpServletRequest exchange,
            @BeanParam EnvironmentPath path,
            @QueryParam("end") @Nullable String end,
            InputStream content) {
        Faults faults = new Faults();
        path.check(faults);
        if (end != null && !end.equals("true") && !end.equals("false")) {
            faults.wrongType("true or false", "query", "end");
        }
        ExecuteToken token = ExecuteResource.token(headers, faults);
        faults.throwIfAny();
        ByteBuffer bytes = read(content);
        Execution execution = find(path, token);
        Exchange.keepBody(exchange);
        return CompletableFuture.supplyAsync(
                () -> {
                    executions.write(execution, bytes, "true".equals(end));
                    return Response.noContent().build();
                },
                Exchange.afterReturn(workers));
    }

    private static ByteBuffer read(InputStream content) {
        try {
            byte[] bytes = content.readNBytes(INPUT_MAX + 1);
            if (bytes.length > INPUT_MAX) {
                throw new ApiException(ErrorType.INVALID, "The body is larger than " + INPUT_MAX + " bytes");
            }
            return ByteBuffer.wrap(bytes);
        } catch (RefusedBody refused) {
            throw refused.refusal();
        } catch (IOException broken) {
            throw new ApiException(ErrorType.INVALID, "The body could not be read");
        }
    }

    @POST
    @Path("/{environment_id}/executions/{execution_id}/signal")
    @RolesAllowed({Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
    @Operation(operationId = "signalExecution", summary = "Send a signal to a running command")
    @Parameter(
            name = ExecuteToken.HEADER,
            in = ParameterIn.HEADER,
            required = true,
            description = "The environment's token",
            schema = @Schema(type = SchemaType.STRING))
    public CompletionStage<Response> signal(
            @Context HttpHeaders headers, @BeanParam EnvironmentPath path, InputStream content) {
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        ExecuteToken token = ExecuteResource.token(headers, faults);
        String name = body.requiredString("signal").toUpperCase(Locale.ROOT);
        @Nullable Integer number = SIGNALS.get(name.startsWith("SIG") ? name.substring(3) : name);
        if (number == null && !name.isEmpty()) {
            faults.badValue("Must be a signal's name, such as INT or TERM", "body", "signal");
        }
        faults.throwIfAny();
        Execution execution = find(path, token);
        int known = number == null ? 0 : number;
        return CompletableFuture.supplyAsync(
                () -> {
                    executions.signal(execution, known);
                    return Response.noContent().build();
                },
                Exchange.afterReturn(workers));
    }

    private Execution find(EnvironmentPath path, ExecuteToken token) {
        Environment environment = environments.require(path.workspace(), path.environment(), token);
        return executions.require(environment, path.execution());
    }
}
