package dev.sandlot.trace;

import dev.sandlot.log.Request;
import dev.sandlot.log.Trace;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;

/**
 * Has a request know its trace, whatever thread works for it later. Behind the container's own filter, which begins the
 * request's span on this thread.
 */
@Provider
@Priority(Priorities.USER + 1000)
public class TraceFilter implements ContainerRequestFilter {
    @Inject
    private CollectedTraces traces;

    @Override
    public void filter(ContainerRequestContext request) {
        Trace trace = traces.current();
        if (trace != Trace.NONE) {
            Request.isPartOf(trace);
        }
    }
}
