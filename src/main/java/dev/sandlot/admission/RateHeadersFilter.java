package dev.sandlot.admission;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;

/** Tells each caller what is left of their requests, so that nobody has to be refused to learn it. */
@Provider
public class RateHeadersFilter implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(Rate.PROPERTY) instanceof Rate rate) {
            MultivaluedMap<String, Object> headers = response.getHeaders();
            headers.putSingle("RateLimit-Limit", rate.limit());
            headers.putSingle("RateLimit-Remaining", rate.remaining());
            headers.putSingle("RateLimit-Reset", rate.resetSeconds());
        }
    }
}
