package dev.sandlot.audit;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.http.UuidText;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.security.Principal;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Tells the audit of what the API answers: of each change before its answer is sent, of what was refused or failed, and
 * of reading what is the operator's own, or the content of files. Commands that were taken are told of where their ends
 * are stored.
 */
@Provider
@Priority(100)
public class AuditFilter implements ContainerResponseFilter {
    /** In each answer to a command that was taken. */
    private static final String EXECUTION_ID = "X-Execution-Id";

    private static final Set<String> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Pattern NOT_THE_OPERATORS = Pattern.compile("/?(org|user|auth)(/.*)?");
    private static final Pattern TASK_FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");
    private static final Pattern VERSION_FORM = Pattern.compile("[0-9a-z.]{1,40}");
    /** The address of a key that has been made. */
    private static final Pattern KEY = Pattern.compile(".*/user/api-keys/([^/]+)");

    private static final int BAD = 400;

    @Inject
    private AuditLog log;

    @Inject
    private AuditConfig config;

    @Inject
    private Clock clock;

    @Context
    private ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        AuditAct act = request.getProperty(AuditAct.ATTRIBUTE) instanceof AuditAct.Source known
                ? known.act()
                : act(request, response);
        AuditOutcome outcome = AuditOutcome.of(act.status());
        boolean isDone = act.status() < BAD;
        AuditedFiles files =
                isDone && request.getProperty(AuditedFiles.ATTRIBUTE) instanceof AuditedFiles known ? known : null;
        boolean isContent = files != null && files.isCarried();
        if (response.getHeaders().containsKey(EXECUTION_ID) || !(isContent || isTold(request, act, outcome))) {
            return;
        }
        AuditEntry entry = entry(request, response, act, outcome, files);
        if (isDone) {
            log.record(entry);
        } else {
            log.repeated(entry);
        }
    }

    /** As the address and the answer say. */
    private AuditAct act(ContainerRequestContext request, ContainerResponseContext response) {
        boolean reads = READS.contains(request.getMethod());
        return new AuditAct(operation(resource.getResourceMethod()), reads, null, null, response.getStatus());
    }

    private boolean isTold(ContainerRequestContext request, AuditAct act, AuditOutcome outcome) {
        return config.reads()
                || outcome.word().equals("refused")
                || !act.reads()
                || (outcome.word().equals("done")
                        && !NOT_THE_OPERATORS
                                .matcher(request.getUriInfo().getPath())
                                .matches());
    }

    private AuditEntry entry(
            ContainerRequestContext request,
            ContainerResponseContext response,
            AuditAct act,
            AuditOutcome outcome,
            @Nullable AuditedFiles files) {
        Principal caller = request.getSecurityContext() == null
                ? null
                : request.getSecurityContext().getUserPrincipal();
        Origin origin = request.getProperty(Origin.ATTRIBUTE) instanceof Origin known ? known : Origin.UNKNOWN;
        return new AuditEntry(
                clock.instant(),
                act.operation(),
                caller instanceof Caller known ? known.subject() : null,
                origin,
                target(request.getUriInfo().getPathParameters(), response).about(act.environment(), act.execution()),
                files == null ? null : files.told(config),
                files == null ? outcome : files.outcome(outcome));
    }

    private static String operation(@Nullable Method method) {
        Operation operation = method == null ? null : method.getAnnotation(Operation.class);
        return operation == null ? AuditEntry.UNKNOWN : operation.operationId();
    }

    private static AuditTarget target(
            @Nullable MultivaluedMap<String, String> path, ContainerResponseContext response) {
        String location = location(response);
        Matcher key = KEY.matcher(location);
        if (key.matches()) {
            return new AuditTarget(null, null, null, null, null, uuid(key.group(1)));
        }
        if (path == null || path.isEmpty()) {
            return AuditTarget.NONE;
        }
        String environment = path.getFirst("environment_id");
        return new AuditTarget(
                slug(path, "org"),
                slug(path, "workspace"),
                task(fit(path.getFirst("name"), TASK_FORM), fit(path.getFirst("version"), VERSION_FORM)),
                uuid(environment == null ? made(location) : environment),
                uuid(path.getFirst("execution_id")),
                uuid(path.getFirst("key_id")));
    }

    /** A tenant that the path is below, or that the operator's own operation is about. */
    private static @Nullable String slug(MultivaluedMap<String, String> path, String name) {
        String own = path.getFirst(name);
        return fit(own == null ? path.getFirst("of_" + name) : own, WorkspaceId.SLUG);
    }

    /** What a path names may be anything. */
    private static @Nullable String fit(@Nullable String name, Pattern form) {
        return name != null && form.matcher(name).matches() ? name : null;
    }

    private static @Nullable String task(@Nullable String name, @Nullable String version) {
        return name == null || version == null ? name : name + "@" + version;
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return UuidText.parse(text).orElse(null);
    }

    /** The id of what has been made, which its address ends with. */
    private static String made(String location) {
        return location.replaceFirst(".*/", "");
    }

    /** The address of what has been made; empty where nothing has been. */
    private static String location(ContainerResponseContext response) {
        Object location = response.getHeaders().getFirst(HttpHeaders.LOCATION);
        return location == null ? "" : location.toString();
    }
}
