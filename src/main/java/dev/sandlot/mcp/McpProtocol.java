package dev.sandlot.mcp;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Envelopes;
import dev.sandlot.http.JsonBody;
import dev.sandlot.log.Request;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.StatelessAsyncSpecification;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.ProtocolVersions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The protocol itself, which the SDK speaks. Its own transport for servlets holds a request's thread for as long as a
 * command runs, reads bodies that nobody has counted, and tells clients what exceptions say; ours has the messages
 * brought by a resource, and answers when there is an answer.
 */
@Singleton
class McpProtocol {
    /** Those that it speaks. */
    static final List<String> VERSIONS =
            List.of(ProtocolVersions.MCP_2025_03_26, ProtocolVersions.MCP_2025_06_18, ProtocolVersions.MCP_2025_11_25);

    private static final String CALL = "call";
    private static final String NOT_A_MESSAGE = "The body must be one message of the Model Context Protocol";
    private static final String INSTRUCTIONS = "Isolated Linux sandboxes. create gives an environment_id and an"
            + " execute_token: keep both, the other tools need them. Files stay between commands; shell variables and"
            + " the working directory do not. Stop an environment when you are done with it.";

    private final McpJsonMapper json = new JacksonMcpJsonMapperSupplier().get();
    private final McpStatelessServerHandler handler;

    @Inject
    McpProtocol(EnvironmentTools environments, ExecutionTools executions, FileTools files) {
        CompletableFuture<McpStatelessServerHandler> made = new CompletableFuture<>();
        StatelessAsyncSpecification server = McpServer.async(new Resource(made))
                .serverInfo("sandlot", "1")
                .instructions(INSTRUCTIONS)
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .jsonMapper(json)
                // Arguments are checked as the API's bodies are, and told in the same words.
                .validateToolInputs(false)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(""));
        for (List<SandboxTool> tools : List.of(environments.tools(), executions.tools(), files.tools())) {
            tools.forEach(tool -> server.toolCall(
                    described(tool),
                    (context, request) -> Mono.fromCompletionStage(() -> result(tool, (ToolCall) context.get(CALL)))));
        }
        server.build();
        this.handler = made.join();
    }

    /** Messages come from the resource; all that the SDK does is to name who answers them. */
    private record Resource(CompletableFuture<McpStatelessServerHandler> made) implements McpStatelessServerTransport {
        @Override
        public void setMcpHandler(McpStatelessServerHandler handler) {
            made.complete(handler);
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }

        @Override
        public List<String> protocolVersions() {
            return VERSIONS;
        }
    }

    private static Tool described(SandboxTool tool) {
        return Tool.builder(tool.name(), Parameter.schema(tool.parameters()))
                .description(tool.description())
                .annotations(
                        ToolAnnotations.builder().readOnlyHint(tool.reads()).build())
                .build();
    }

    /**
     * The answer to a message; empty where it wants none.
     *
     * @throws ApiException INVALID for what is no message
     */
    CompletionStage<Optional<String>> answer(JsonBody message, ToolCall call) {
        McpTransportContext context = McpTransportContext.create(Map.of(CALL, call));
        if (!message.has("method") && !message.has("result") && !message.has("error")) {
            throw new ApiException(ErrorType.INVALID, NOT_A_MESSAGE);
        }
        if (!message.has("method")) {
            // An answer: to a question that this server never asks.
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (!message.has("id")) {
            return handler.handleNotification(context, read(message, JSONRPCNotification.class))
                    .toFuture()
                    .thenApply(nothing -> Optional.empty());
        }
        JSONRPCRequest request = read(message, JSONRPCRequest.class);
        return Request.carry(unlessUnfit(() -> handler.handleRequest(context, request))
                        .toFuture())
                .thenApply(answer -> Optional.of(write(answer)));
    }

    private <T> T read(JsonBody message, Class<T> type) {
        return unlessUnfit(() -> json.convertValue(message.members(), type));
    }

    /** The SDK tells so of members of other types than they should be. */
    private static <T> T unlessUnfit(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException unfit) {
            throw new ApiException(ErrorType.INVALID, NOT_A_MESSAGE);
        }
    }

    private String write(McpSchema.JSONRPCMessage answer) {
        try {
            return json.writeValueAsString(answer);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Never fails: a model reads what its tools say, and nothing else. */
    private CompletionStage<CallToolResult> result(SandboxTool tool, ToolCall call) {
        call.isOf(tool.operation(), tool.reads());
        return run(tool, call).handle((text, failure) -> {
            if (failure == null) {
                return CallToolResult.builder()
                        .addTextContent(text)
                        .isError(false)
                        .build();
            }
            ApiException told = Envelopes.told(failure);
            call.hasFailed(told.type().status());
            return CallToolResult.builder()
                    .addTextContent(told.detail())
                    .structuredContent(json, Envelopes.text(told))
                    // What an answer would have as headers: X-File-Error, Retry-After.
                    .meta(Map.copyOf(told.headers()))
                    .isError(true)
                    .build();
        });
    }

    private static CompletionStage<String> run(SandboxTool tool, ToolCall call) {
        try {
            if (!call.caller().hasRole(tool.role())) {
                throw ApiException.forbidden();
            }
            return tool.work().run(call);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
