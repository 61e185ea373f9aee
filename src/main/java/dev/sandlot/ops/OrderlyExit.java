package dev.sandlot.ops;

import dev.sandlot.log.ServerLog;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets a server that is asked to end say that it has ended well. On SIGTERM the Java runtime ends in order, but with 143, as if
 * the signal had killed it; whoever looks after the process can't tell that from a failure.
 */
final class OrderlyExit {
    private static final Logger LOG = ServerLog.of(OrderlyExit.class);

    private OrderlyExit() {}

    /** From now on SIGTERM ends the server as before, and its exit code is 0. Where the runtime lacks the means it stays 143. */
    static void onTermination() {
        try {
            // By name: the compiler warns of this class, and there is no other way (JEP 260 leaves it in for that).
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object exits = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            System.exit(0);
                        }
                        return null;
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exits);
        } catch (ReflectiveOperationException | IllegalArgumentException missing) {
            LOG.log(Level.FINE, "SIGTERM is left to the Java runtime: {0}", missing.getMessage());
        }
    }
}
