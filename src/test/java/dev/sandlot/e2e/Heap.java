package dev.sandlot.e2e;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.OptionalLong;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of another JVM, as that tells of it to whoever runs as the same user. */
final class Heap implements AutoCloseable {
    private final JMXConnector connector;
    private final MemoryMXBean memory;

    private Heap(JMXConnector connector, MemoryMXBean memory) {
        this.connector = connector;
        this.memory = memory;
    }

    /** The address is that of a process of our own, on loopback. */
    @SuppressWarnings("BanJNDI")
    static Heap of(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            String address = machine.startLocalManagementAgent();
            machine.detach();
            JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
            MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                    connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
            return new Heap(connector, memory);
        } catch (AttachNotSupportedException refused) {
            throw new IOException(refused);
        }
    }

    /** Bytes in use; empty where the JVM can't say, for it has none left say. */
    OptionalLong used() {
        try {
            return OptionalLong.of(memory.getHeapMemoryUsage().getUsed());
        } catch (UndeclaredThrowableException | SecurityException gone) {
            return OptionalLong.empty();
        }
    }

    /** Bytes in use after a collection. */
    OptionalLong kept() {
        try {
            memory.gc();
            return used();
        } catch (UndeclaredThrowableException gone) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException gone) {
            // So is what it was connected to.
        }
    }
}
