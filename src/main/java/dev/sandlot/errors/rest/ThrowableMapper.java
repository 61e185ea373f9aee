package dev.sandlot.errors.rest;

import dev.sandlot.errors.ApiException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.CompletionException;

/** All that no other mapper knows is a fault of ours; what an asynchronous answer failed with comes wrapped. */
@Provider
public class ThrowableMapper implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() instanceof ApiException told) {
            return Envelopes.answer(told);
        }
        return Envelopes.answer(Envelopes.fault(failure));
    }
}
