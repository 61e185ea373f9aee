package dev.sandlot.execution;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.execution.Execution.End;
import dev.sandlot.execution.ExecutionView.Texts;
import dev.sandlot.output.ByteRange;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputContent;
import dev.sandlot.output.OutputText;
import dev.sandlot.output.OutputText.Shown;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client is told of an execution. */
@Singleton
public class ExecutionAnswers {
    private static final int TIMEOUT_EXIT_CODE = 124;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;

    private final Executions executions;
    private final OutputConfig config;

    @Inject
    public ExecutionAnswers(Executions executions, OutputConfig config) {
        this.executions = executions;
        this.config = config;
    }

    /** The exit code that a client is answered with; throws what is no result. */
    int exitCode(Execution execution, boolean timeoutIsResult) {
        End end = execution.ended().orElseThrow();
        return switch (end.state()) {
            case EXITED, CANCELLED -> {
                if (end.exitCode() == null) {
                    throw new ApiException(
                            ErrorType.BAD_GATEWAY, "The command has ended, but its exit code is not known");
                }
                yield end.exitCode();
            }
            case TIMED_OUT -> {
                if (!timeoutIsResult) {
                    throw new ApiException(
                            ErrorType.GATEWAY_TIMEOUT,
                            "The command ran past its timeout of " + execution.timeoutSeconds()
                                    + " s and was killed; what it printed is in the execution's record");
                }
                yield TIMEOUT_EXIT_CODE;
            }
            case LOST -> throw new ApiException(ErrorType.BAD_GATEWAY, String.valueOf(end.reason()));
            case QUEUED, RUNNING -> throw new IllegalStateException("an end in the state " + end.state());
        };
    }

    /** The answer to an execute that has ended; throws what is no result. */
    ExecuteAnswer result(ExecutionProgress execution, Execution end, boolean timeoutIsResult) {
        return new ExecuteAnswer(
                exitCode(end, timeoutIsResult),
                shown(execution.output(OutputStreamKind.OUTPUT)).text());
    }

    /** The record with its outputs. */
    ExecutionView record(Execution execution) {
        Shown output = shown(executions.output(execution, OutputStreamKind.OUTPUT));
        Texts texts = new Texts(
                output.text(),
                execution.split() ? text(execution, OutputStreamKind.STDOUT) : null,
                execution.split() ? text(execution, OutputStreamKind.STDERR) : null,
                output.truncated());
        return ExecutionView.of(execution, bytesSoFar(execution), texts);
    }

    /** The record alone. */
    ExecutionView summary(Execution execution) {
        return ExecutionView.of(execution, bytesSoFar(execution), Texts.NONE);
    }

    /** All kept bytes, or the part that a {@code Range} header asks for. */
    Response output(Execution execution, @Nullable String rangeHeader) {
        OutputContent content = new OutputContent(executions.output(execution, OutputStreamKind.OUTPUT));
        Faults faults = new Faults();
        Optional<ByteRange> range = ByteRange.parse(rangeHeader, content.length(), faults);
        faults.throwIfAny();
        ByteRange part = range.orElse(new ByteRange(0, content.length()));
        Response.ResponseBuilder answer = Response.status(range.isPresent() ? PARTIAL_CONTENT : OK)
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("Accept-Ranges", "bytes")
                // Who is cut off sees that it is.
                .header("Content-Length", part.to() - part.from())
                .entity((StreamingOutput) out -> content.write(part.from(), part.to(), out));
        if (range.isPresent()) {
            // While the command runs nobody knows how long the whole will be (RFC 9110, 14.4).
            String whole = execution.ended().isPresent() ? Long.toString(content.length()) : "*";
            answer.header("Content-Range", "bytes " + part.from() + "-" + (part.to() - 1) + "/" + whole);
        }
        return answer.build();
    }

    private long bytesSoFar(Execution execution) {
        return executions
                .live(execution.id())
                .map(live -> live.output().merged().extent().total())
                .orElse(0L);
    }

    private String text(Execution execution, OutputStreamKind stream) {
        return shown(executions.output(execution, stream)).text();
    }

    private Shown shown(KeptOutput output) {
        try {
            return OutputText.shown(output, config.shownLimit());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
