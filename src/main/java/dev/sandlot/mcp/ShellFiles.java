package dev.sandlot.mcp;

import dev.sandlot.environment.Environment;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.execution.ExecuteRequest;
import dev.sandlot.execution.ExecutionAdmission;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.execution.WantedExecution;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.sandbox.ExecSpec.Pipes;
import dev.sandlot.sandbox.ExecSpec.Surroundings;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Files by commands: they need a shell, cat, head and tail of the image, and are executions as any other. */
@Singleton
class ShellFiles implements SandboxFiles {
    private static final int TIMEOUT_SECONDS = 30;
    private static final int MISSING = 44;
    private static final int DIRECTORY = 45;
    private static final int DENIED = 46;

    /** A name that begins with - is none of an option. */
    private static final String PLACE = "case $SANDLOT_PATH in /*) f=$SANDLOT_PATH;; *) f=./$SANDLOT_PATH;; esac; ";

    private static final String READ = PLACE
            + "[ -d \"$f\" ] && exit " + DIRECTORY + "; [ -e \"$f\" ] || exit " + MISSING
            + "; [ -r \"$f\" ] || exit " + DENIED
            + "; tail -c +$SANDLOT_FROM \"$f\" | head -c $SANDLOT_MOST";
    private static final String WRITE = PLACE
            + "[ -d \"$f\" ] && exit " + DIRECTORY + "; d=${f%/*}; [ -z \"$d\" ] || mkdir -p \"$d\" || exit " + DENIED
            + "; ";

    private final ExecutionAdmission admission;

    @Inject
    ShellFiles(ExecutionAdmission admission) {
        this.admission = admission;
    }

    @Override
    public CompletionStage<byte[]> read(ToolCall call, Environment environment, String path, long offset, int limit) {
        Map<String, String> variables = Map.of(
                "SANDLOT_PATH", path,
                "SANDLOT_FROM", Long.toString(offset + 1),
                "SANDLOT_MOST", Integer.toString(limit + 1));
        ExecutionProgress execution = begin(call, environment, READ, variables, Optional.empty());
        return execution.ended().thenApply(end -> {
            require(end, path);
            return bytes(execution.output(OutputStreamKind.STDOUT));
        });
    }

    @Override
    public CompletionStage<Void> write(
            ToolCall call, Environment environment, String path, ByteBuffer content, boolean append) {
        String command = WRITE + "cat " + (append ? ">>" : ">") + " \"$f\" || exit " + DENIED;
        ExecutionProgress execution =
                begin(call, environment, command, Map.of("SANDLOT_PATH", path), Optional.of(content));
        return execution.ended().thenAccept(end -> require(end, path));
    }

    private ExecutionProgress begin(
            ToolCall call,
            Environment environment,
            String command,
            Map<String, String> variables,
            Optional<ByteBuffer> input) {
        ExecuteRequest request = new ExecuteRequest(
                command,
                TIMEOUT_SECONDS,
                Duration.ZERO,
                new Surroundings(variables, Optional.empty(), Optional.empty(), Optional.empty()),
                new Pipes(true, input.map(ByteBuffer::duplicate), false),
                Optional.of(true));
        ExecutionProgress execution =
                admission.begin(new WantedExecution(call.caller(), environment, request, call.origin()), false);
        call.hasBegun(execution.record().id());
        return execution;
    }

    private static void require(Execution execution, String path) {
        End end = execution.ended().orElseThrow();
        Integer exitCode = end.exitCode();
        if (exitCode == null) {
            throw new ApiException(ErrorType.BAD_GATEWAY, String.valueOf(end.reason()));
        }
        switch (exitCode) {
            case 0 -> {}
            case MISSING -> throw new ApiException(ErrorType.NOT_FOUND, "There is no file " + path);
            case DIRECTORY -> throw new ApiException(ErrorType.CONFLICT, path + " is a directory");
            case DENIED ->
                throw new ApiException(
                        ErrorType.CONFLICT,
                        path + " can't be had: it is not allowed, the disk is full, or a part is no directory");
            default ->
                throw new ApiException(
                        ErrorType.CONFLICT,
                        "The sandbox could not do that with " + path + ": its command ended with " + exitCode);
        }
    }

    private static byte[] bytes(KeptOutput output) {
        try {
            return output.bytes(0, output.extent().total());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
