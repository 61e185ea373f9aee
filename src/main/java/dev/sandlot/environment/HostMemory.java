package dev.sandlot.environment;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The memory of this host, or of the container that this server runs in. */
final class HostMemory {
    private static final int MIB_BITS = 20;

    private HostMemory() {}

    /**
     * What sandboxes may be promised together: one and a half times what there is, for hardly any uses all that it may.
     * Not more, so that one organization, which gets half, can't use up the host alone: a quarter stays for the server,
     * the kernel and what the others really use.
     */
    static long budgetMib() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return promised(system.getTotalMemorySize());
    }

    static long promised(long bytes) {
        long mib = bytes >> MIB_BITS;
        return mib + mib / 2;
    }
}
