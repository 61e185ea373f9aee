package dev.sandlot.mcp;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A tool, which does what an operation of the API does.
 *
 * @param operation that operation's name
 * @param role that operation's
 * @param reads it changes nothing
 * @param parameters beside those that are no use to a model
 */
record SandboxTool(
        String name,
        String description,
        String operation,
        String role,
        boolean reads,
        List<Parameter> parameters,
        Work work) {
    /** What a tool does; the text is JSON. */
    @FunctionalInterface
    interface Work {
        /** Fails as the operation does. */
        CompletionStage<String> run(ToolCall call);
    }
}
