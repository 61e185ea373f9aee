package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/**
 * No path of the API ends with a slash, and none has parameters behind a semicolon (RFC 3986, 3.3): JAX-RS by itself takes
 * either for the path without, and whoever looks at a path would have to know.
 */
@Provider
@PreMatching
@Priority(500)
public class TrailingSlashFilter implements ContainerRequestFilter {
    /** Has the path as it was sent, whatever stands in the query or the host. */
    @Context
    private HttpServletRequest http;

    @Override
    public void filter(ContainerRequestContext request) {
        if (isOther(http.getRequestURI())) {
            throw ApiException.notFound("path or method");
        }
    }

    /** Whether a path, as it was sent, is another than the one that JAX-RS takes it for. */
    static boolean isOther(String path) {
        return path.endsWith("/") || path.indexOf(';') >= 0;
    }
}
