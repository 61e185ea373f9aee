package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import jakarta.ejb.EJBAccessException;
import jakarta.ejb.EJBException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** The EJB container wraps unchecked exceptions of a bean: what is inside decides. */
@Provider
public class EjbExceptionMapper implements ExceptionMapper<EJBException> {
    @Override
    public Response toResponse(EJBException failure) {
        if (failure instanceof EJBAccessException) {
            return Envelopes.answer(ApiException.forbidden());
        }
        return Envelopes.answer(Envelopes.told(failure.getCause() == null ? failure : failure.getCause()));
    }
}
