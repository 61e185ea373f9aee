package dev.sandlot.http;

import dev.sandlot.metrics.HttpOperations;
import dev.sandlot.metrics.Metrics;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Has each operation known by the id that the description of the API gives it. */
@Provider
public class OperationFeature implements DynamicFeature {
    /** Before all that refuses: a refusal belongs to its operation. */
    private static final int FIRST = 1;

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Operation described = resource.getResourceMethod().getAnnotation(Operation.class);
        if (described != null) {
            context.register(new Tag(Metrics.HTTP.of(described.operationId())), FIRST);
        }
    }

    private record Tag(HttpOperations.Operation operation) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            request.setProperty(AnswerMeter.OPERATION, operation);
        }
    }
}
