package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** No path of the API ends with a slash; JAX-RS by itself takes it for the path without. */
@Provider
@PreMatching
@Priority(500)
public class TrailingSlashFilter implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getUriInfo().getPath().endsWith("/")) {
            throw ApiException.notFound("path or method");
        }
    }
}
