package dev.sandlot.log;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request, as fields of its log lines where these are JSON. Open Liberty asks for them as it writes a
 * line ({@code com.ibm.websphere.logging.hpel.LogRecordContext}). That type is the server's own and in no repository of
 * libraries, so it is looked up; another server has lines without these fields.
 */
public final class LogFields {
    private static final Logger LOG = ServerLog.of(LogFields.class);
    private static final String CONTEXT = "com.ibm.websphere.logging.hpel.LogRecordContext";
    /** Liberty holds them weakly. */
    private static final List<Object> HELD = new ArrayList<>();

    private LogFields() {}

    /** Has them in each line from now on. Once for the process. */
    public static synchronized void offer() {
        if (!HELD.isEmpty()) {
            return;
        }
        try {
            Class<?> context = Class.forName(CONTEXT);
            Class<?> extension = Class.forName(CONTEXT + "$Extension", false, context.getClassLoader());
            offer(context, extension, "request", Request::id);
            offer(context, extension, "trace", Request::traceId);
            offer(context, extension, "caller", Request::caller);
            offer(context, extension, "environment", request -> text(request.environment()));
            offer(context, extension, "execution", request -> text(request.execution()));
        } catch (ReflectiveOperationException | LinkageError otherServer) {
            Failures.log(LOG, Level.FINE, otherServer, () -> "Log lines have no fields of their own here");
        }
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    private static void offer(
            Class<?> context, Class<?> extension, String name, Function<Request, @Nullable String> field)
            throws ReflectiveOperationException {
        InvocationHandler asked = (proxy, method, arguments) -> switch (method.getName()) {
            case "getValue" -> value(field);
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> name;
        };
        Object held = Proxy.newProxyInstance(LogFields.class.getClassLoader(), new Class<?>[] {extension}, asked);
        HELD.add(held);
        context.getMethod("registerExtension", String.class, extension).invoke(null, name, held);
    }

    private static @Nullable String value(Function<Request, @Nullable String> field) {
        Request request = Request.current();
        return request == null ? null : field.apply(request);
    }
}
