package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorPayload;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.log.Failures;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Makes the envelope's answer. */
public final class Envelopes {
    private static final Logger LOG = ServerLog.of(Envelopes.class);

    private static final String STRICT_TRANSPORT = "Strict-Transport-Security";
    /** What an answer says for whatever it turns out to be. */
    private static final List<String> KEPT =
            List.of(STRICT_TRANSPORT, "Vary", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers");

    private Envelopes() {}

    static Response answer(ApiException failure) {
        Metrics.ERRORS.count(failure.type().word());
        Response.ResponseBuilder answer = Response.status(failure.type().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorPayload.of(failure));
        failure.headers().forEach(answer::header);
        return answer.build();
    }

    /** Answers outside of JAX-RS. */
    public static void write(ApiException failure, HttpServletResponse response) throws IOException {
        Map<String, String> kept = new HashMap<>();
        KEPT.forEach(name -> kept.put(name, response.getHeader(name)));
        response.reset();
        SecurityHeaders.set(response, kept.get(STRICT_TRANSPORT) != null);
        kept.forEach((name, value) -> {
            if (value != null) {
                response.setHeader(name, value);
            }
        });
        failure.headers().forEach(response::setHeader);
        String requestId = RequestId.current();
        if (requestId != null) {
            response.setHeader(RequestId.HEADER, requestId);
        }
        response.setStatus(failure.type().status());
        response.setContentType(MediaType.APPLICATION_JSON);
        // Bytes, for the container would name the charset of text, and JSON has but one (RFC 8259, 8.1).
        response.getOutputStream().write(text(failure).getBytes(StandardCharsets.UTF_8));
    }

    /** The envelope's text, for what is written into an answer that has begun. */
    public static String text(ApiException failure) {
        Metrics.ERRORS.count(failure.type().word());
        return Json.write(ErrorPayload.of(failure));
    }

    /** What a client is told of any failure; what an asynchronous one failed with comes wrapped. */
    public static ApiException told(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ApiException told) {
            return told;
        }
        return cause instanceof RejectedExecutionException ? ApiException.busy() : fault(failure);
    }

    /** A fault of ours: the client gets a reference, the log gets the reference and the cause. */
    static ApiException fault(Throwable cause) {
        String reference = UUID.randomUUID().toString();
        Failures.log(LOG, Level.SEVERE, cause, () -> "Fault " + reference);
        return new ApiException(
                ErrorType.APP, "Something went wrong on our side; tell the operator the reference " + reference);
    }

    /** What a status that the container chose means on our wire, which knows eleven only. */
    static ApiException ofStatus(int status) {
        return switch (status) {
            case 401 -> ApiException.unauthenticated();
            case 403 -> ApiException.forbidden();
            case 404, 405 -> ApiException.notFound("path or method");
            case 406 -> new ApiException(ErrorType.INVALID, "Accept must allow application/json");
            case 408, 504 -> new ApiException(ErrorType.GATEWAY_TIMEOUT, "No answer in time");
            case 413 -> new ApiException(ErrorType.INVALID, "The body is too large");
            case 415 -> new ApiException(ErrorType.INVALID, "Content-Type must be application/json");
            default ->
                status < 500
                        ? new ApiException(ErrorType.INVALID, "The request is malformed")
                        : new ApiException(ErrorType.APP, "Something went wrong on our side");
        };
    }
}
