package dev.sandlot.http;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** What JAX-RS throws by itself: no such path or method, a media type, a missing role. Its own body is never passed on. */
@Provider
public class WebApplicationExceptionMapper implements ExceptionMapper<WebApplicationException> {
    @Override
    public Response toResponse(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        return Envelopes.answer(status == 500 ? Envelopes.fault(failure) : Envelopes.ofStatus(status));
    }
}
