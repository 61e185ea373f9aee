package dev.sandlot.mcp;

import dev.sandlot.audit.AuditAct;
import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.EnvironmentConfig;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.http.JsonBody;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The tools of a workspace by the Model Context Protocol, streamable HTTP: each message is a request of its own, there
 * are no sessions. Below the workspace as all else is, so that what is checked, counted and told of requests there is
 * of these.
 */
@Path("/org/{org}/ws/{workspace}/mcp")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.ENVIRONMENTS_READ, Role.ENVIRONMENTS_WRITE, Role.ENVIRONMENTS_EXECUTE, Role.ADMIN})
@Singleton
@Tag(name = "mcp")
public class McpResource {
    private static final int BODY_MAX = 8 << 20;
    private static final int METHOD_NOT_ALLOWED = 405;
    /** In each answer to a command that was taken: the audit is told of it at its end. */
    private static final String EXECUTION_ID = "X-Execution-Id";

    private static final String VERSION_HEADER = "MCP-Protocol-Version";

    private final McpProtocol protocol;
    private final EnvironmentConfig config;

    @Inject
    public McpResource(McpProtocol protocol, EnvironmentConfig config) {
        this.protocol = protocol;
        this.config = config;
    }

    @POST
    @Operation(operationId = "mcp", summary = "One message of the Model Context Protocol; its tools are environments")
    public CompletionStage<Response> message(
            @Context SecurityContext security,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest exchange,
            @BeanParam EnvironmentPath path,
            InputStream content) {
        requireKnown(headers.getHeaderString(VERSION_HEADER));
        Faults faults = new Faults();
        JsonBody message = JsonBody.read(headers.getMediaType(), content, BODY_MAX, faults);
        path.check(faults);
        faults.throwIfAny();
        // What was read of it is held until it is answered.
        Exchange.keepBody(exchange);
        ToolCall call = new ToolCall(
                new ToolCall.Origins(Caller.of(security), path.workspace(), exchange, config.base(uri)),
                ExecuteToken.parse(headers.getHeaderString(ExecuteToken.HEADER)),
                message.part("params").part("arguments"),
                faults);
        CompletionStage<Optional<String>> answered = protocol.answer(message, call);
        // A message that is none is refused by now, and told as any request that is.
        exchange.setAttribute(AuditAct.ATTRIBUTE, call);
        return answered.thenApply(answer -> answer.map(McpResource::whole)
                .orElseGet(Response::accepted)
                .header(EXECUTION_ID, call.begun().orElse(null))
                .build());
    }

    private static Response.ResponseBuilder whole(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        return Response.ok((StreamingOutput) out -> out.write(bytes), MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CONTENT_LENGTH, bytes.length);
    }

    private static void requireKnown(@Nullable String version) {
        if (version != null && !McpProtocol.VERSIONS.contains(version)) {
            throw new ApiException(
                    ErrorType.INVALID, VERSION_HEADER + " must be one of " + String.join(", ", McpProtocol.VERSIONS));
        }
    }

    /** The protocol's word for a server that sends nothing of its own accord. */
    @GET
    @Operation(operationId = "mcp", hidden = true)
    @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.APPLICATION_JSON})
    public Response stream() {
        return Response.status(METHOD_NOT_ALLOWED).header("Allow", "POST").build();
    }
}
