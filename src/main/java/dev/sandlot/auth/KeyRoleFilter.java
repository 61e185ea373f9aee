package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import jakarta.annotation.Priority;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Nobody comes with a key to an operation that is not for its roles. The container checks the roles of tokens, which it
 * has verified; a caller with a key is nobody to it, and where a role is missing it would ask them for a token. An
 * operation that says nothing of roles is for no key.
 */
@Provider
@Priority(Priorities.AUTHORIZATION - 1)
public class KeyRoleFilter implements ContainerRequestFilter {
    @Context
    private @Nullable ResourceInfo operation;

    @Override
    public void filter(ContainerRequestContext request) {
        Caller caller = Caller.of(request.getSecurityContext());
        if (caller.key().isPresent() && !isFor(caller)) {
            throw ApiException.forbidden();
        }
    }

    private boolean isFor(Caller caller) {
        Method method = operation == null ? null : operation.getResourceMethod();
        return method != null && isFor(caller, method);
    }

    static boolean isFor(Caller caller, Method method) {
        RolesAllowed own = method.getAnnotation(RolesAllowed.class);
        RolesAllowed roles = own == null ? method.getDeclaringClass().getAnnotation(RolesAllowed.class) : own;
        return roles != null && Arrays.stream(roles.value()).anyMatch(caller::hasRole);
    }
}
