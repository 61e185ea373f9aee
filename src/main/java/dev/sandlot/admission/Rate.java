package dev.sandlot.admission;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * What is left of a bucket of requests.
 *
 * @param limit how many it holds
 * @param remaining how many of these are left
 * @param resetSeconds until it is full again, where nobody takes any
 * @param retrySeconds until there is one again; 0: this request had one
 */
record Rate(long limit, long remaining, long resetSeconds, long retrySeconds) {
    /** The property of a request that holds the rate which leaves its caller the least. */
    static final String PROPERTY = Rate.class.getName();

    /** Throws RATE_LIMITED with Retry-After when it was empty. */
    void require() {
        if (retrySeconds > 0) {
            throw new ApiException(ErrorType.RATE_LIMITED, "Too many requests; try again in " + retrySeconds + " s")
                    .withHeader("Retry-After", Long.toString(retrySeconds));
        }
    }

    /** Has the answer tell of it, unless another one leaves less. */
    void tell(ContainerRequestContext request) {
        if (!(request.getProperty(PROPERTY) instanceof Rate other) || remaining < other.remaining) {
            request.setProperty(PROPERTY, this);
        }
    }
}
