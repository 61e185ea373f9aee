package dev.sandlot.http;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** All that no other mapper knows is a fault of ours; what an asynchronous answer failed with comes wrapped. */
@Provider
public class ThrowableMapper implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable failure) {
        return Envelopes.answer(Envelopes.told(failure));
    }
}
