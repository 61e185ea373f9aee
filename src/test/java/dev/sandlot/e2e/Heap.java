package dev.sandlot.e2e;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of another JVM, as that tells of it to whoever runs as the same user. */
public final class Heap implements AutoCloseable {
    private static final int SUMS_UP_SINCE = 21;

    private final JMXConnector connector;
    private final MemoryMXBean memory;

    private Heap(JMXConnector connector, MemoryMXBean memory) {
        this.connector = connector;
        this.memory = memory;
    }

    /** The address is that of a process of our own, on loopback. */
    @SuppressWarnings("BanJNDI")
    public static Heap of(long pid) throws IOException {
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

    /** Bytes that a collection now leaves in use, whatever is allocated right after it. */
    public long live() throws IOException {
        memory.gc();
        MBeanServerConnection connection = connector.getMBeanServerConnection();
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getPlatformMXBeans(connection, MemoryPoolMXBean.class)) {
            MemoryUsage left = pool.getCollectionUsage();
            sum += pool.getType() == MemoryType.HEAP && left != null ? left.getUsed() : 0;
        }
        return sum;
    }

    /** Bytes that its threads have allocated, by thread; all together where the JVM sums them up. */
    public Map<Long, Long> allocated() throws IOException {
        MBeanServerConnection connection = connector.getMBeanServerConnection();
        try {
            ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
            if (Runtime.version().feature() >= SUMS_UP_SINCE) {
                return Map.of(0L, (long) connection.getAttribute(threads, "TotalThreadAllocatedBytes"));
            }
            long[] ids = (long[]) connection.getAttribute(threads, "AllThreadIds");
            long[] bytes = (long[]) connection.invoke(
                    threads, "getThreadAllocatedBytes", new Object[] {ids}, new String[] {long[].class.getName()});
            Map<Long, Long> all = new HashMap<>();
            for (int i = 0; i < ids.length; i++) {
                all.put(ids[i], Math.max(0, bytes[i]));
            }
            return all;
        } catch (JMException impossible) {
            throw new IOException(impossible);
        }
    }

    /** The same since then; what has ended meanwhile takes nothing of what the others have allocated. */
    public long allocatedSince(Map<Long, Long> before) throws IOException {
        return allocated().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
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
