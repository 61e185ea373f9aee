package dev.sandlot.http;

import dev.sandlot.log.Request;
import dev.sandlot.log.RequestId;
import dev.sandlot.log.ServerLog;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tells every client its request's id, and writes one line a request when that level is on. */
@Provider
@Priority(100)
public class RequestIdEcho implements ContainerResponseFilter {
    private static final Logger LOG = ServerLog.of(RequestIdEcho.class);

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(RequestIdFilter.ATTRIBUTE) instanceof Request known) {
            response.getHeaders().putSingle(RequestId.HEADER, known.id());
            Request.within(known, () -> LOG.log(Level.FINE, () -> request.getMethod() + " " + response.getStatus()));
        }
    }
}
