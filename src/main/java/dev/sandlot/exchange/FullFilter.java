package dev.sandlot.exchange;

import dev.sandlot.errors.ApiException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Tells a caller that there was no place for the request, behind the checks that come before that. */
@Provider
@PreMatching
@Priority(400)
public class FullFilter implements ContainerRequestFilter {
    static final String ATTRIBUTE = FullFilter.class.getName();

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getProperty(ATTRIBUTE) instanceof ApiException full) {
            throw full;
        }
    }
}
