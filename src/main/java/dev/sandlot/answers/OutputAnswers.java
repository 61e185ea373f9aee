package dev.sandlot.answers;

import dev.sandlot.errors.Faults;
import dev.sandlot.execution.Executions;
import dev.sandlot.output.ByteRange;
import dev.sandlot.output.OutputContent;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of an execution's output, whole or in part (RFC 9110, 14). */
@Singleton
class OutputAnswers {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;

    private final Executions executions;

    @Inject
    OutputAnswers(Executions executions) {
        this.executions = executions;
    }

    /** All kept bytes of a stream, or the part that a {@code Range} header asks for. */
    Response answer(Execution execution, OutputStreamKind stream, @Nullable String rangeHeader) {
        OutputContent content = new OutputContent(executions.output(execution, stream));
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
}
