package dev.sandlot.request;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Gives every request its id, echoes it, and writes one line a request when that level is on. */
@Provider
@PreMatching
@Priority(100)
public class RequestIdFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String HEADER = "X-Request-Id";
    private static final Logger LOG = Logger.getLogger(RequestIdFilter.class.getName());

    @Override
    public void filter(ContainerRequestContext request) {
        String id = RequestId.accept(request.getHeaderString(HEADER));
        request.setProperty(HEADER, id);
        RequestId.set(id);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(HEADER) instanceof String id) {
            response.getHeaders().putSingle(HEADER, id);
            RequestId.set(id);
            LOG.log(Level.FINE, () -> RequestId.tag() + request.getMethod() + " " + response.getStatus());
        }
        RequestId.set(null);
    }
}
