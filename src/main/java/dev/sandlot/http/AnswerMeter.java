package dev.sandlot.http;

import dev.sandlot.metrics.HttpOperations.Operation;
import dev.sandlot.metrics.Metrics;
import jakarta.annotation.Priority;
import jakarta.servlet.ServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Counts requests, and times them until their answers begin. {@link OperationFeature} says to what they came. */
@Provider
@Priority(100)
public class AnswerMeter implements ContainerResponseFilter {
    /** Holds the {@link Operation} of a request that has come to one. */
    static final String OPERATION = Operation.class.getName();

    private static final String BEGUN = AnswerMeter.class.getName();
    private static final Operation NONE = Metrics.HTTP.of("none");

    /** A request has come, or comes again because it was dispatched. */
    static void begin(ServletRequest request) {
        if (request.getAttribute(BEGUN) == null) {
            request.setAttribute(BEGUN, System.nanoTime());
        }
    }

    /** A request that comes to no operation is answered so by a filter. */
    public static void answeredByFilter(ServletRequest request, int status) {
        if (request.getAttribute(BEGUN) instanceof Long begun) {
            NONE.answered(status, System.nanoTime() - begun);
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BEGUN) instanceof Long begun) {
            Operation operation = request.getProperty(OPERATION) instanceof Operation known ? known : NONE;
            operation.answered(response.getStatus(), System.nanoTime() - begun);
        }
    }
}
