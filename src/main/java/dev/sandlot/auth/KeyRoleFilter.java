package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import jakarta.annotation.Priority;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Nobody comes with a key to an operation that is not for its roles. The container checks the roles of tokens, which it
 * has verified; a caller with a key is nobody to it, and where a role is missing it would ask them for a token. An
 * operation that says nothing of roles is for no key. A stranger comes to nothing that does not say it is for everybody.
 */
@Provider
@Priority(Priorities.AUTHORIZATION - 1)
public class KeyRoleFilter implements ContainerRequestFilter {
    @Context
    private @Nullable ResourceInfo operation;

    @Override
    public void filter(ContainerRequestContext request) {
        SecurityContext security = request.getSecurityContext();
        Method method = operation == null ? null : operation.getResourceMethod();
        if (security.getUserPrincipal() instanceof Stranger) {
            if (method == null || !isForEverybody(method)) {
                throw ApiException.unauthenticated();
            }
            return;
        }
        Caller caller = Caller.of(security);
        if (caller.key().isPresent() && (method == null || !isFor(caller, method))) {
            throw ApiException.forbidden();
        }
    }

    static boolean isForEverybody(Method method) {
        return method.getDeclaringClass().isAnnotationPresent(PermitAll.class)
                && !method.isAnnotationPresent(RolesAllowed.class);
    }

    static boolean isFor(Caller caller, Method method) {
        RolesAllowed own = method.getAnnotation(RolesAllowed.class);
        RolesAllowed roles = own == null ? method.getDeclaringClass().getAnnotation(RolesAllowed.class) : own;
        return roles != null && Arrays.stream(roles.value()).anyMatch(caller::hasRole);
    }
}
