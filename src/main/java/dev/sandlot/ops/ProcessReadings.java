package dev.sandlot.ops;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The server's process, its Java runtime, and the disk that it writes to. */
@Singleton
class ProcessReadings implements Measured {
    private static final Logger LOG = ServerLog.of(ProcessReadings.class);
    private static final String DESCRIPTOR = "/META-INF/maven/dev.sandlot/sandlot/pom.properties";
    private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String version;
    private final File data;

    @Inject
    ProcessReadings(ServletContext context, SharedConfig shared) {
        this.version = version(context);
        this.data = shared.dataDirectory().toFile();
    }

    private static String version(ServletContext context) {
        Properties build = new Properties();
        try (InputStream descriptor = context.getResourceAsStream(DESCRIPTOR)) {
            if (descriptor != null) {
                build.load(descriptor);
            }
        } catch (IOException unreadable) {
            Failures.log(LOG, Level.WARNING, unreadable, () -> "The version of this server can't be read");
        }
        return build.getProperty("version", "unknown");
    }

    @Override
    public void measure(Readings readings) {
        readings.set(Metrics.BUILD, version, 1);
        readings.set(Metrics.JAVA, Runtime.version().toString(), 1);
        readings.set(Metrics.DISK_FREE, data.getUsableSpace());
        readings.set(Metrics.DISK_SIZE, data.getTotalSpace());
        measureMemory(readings, "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        measureMemory(readings, "nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            readings.set(Metrics.GC_SECONDS, collector.getName(), collector.getCollectionTime() / MILLIS);
            readings.set(Metrics.GC_COUNT, collector.getName(), collector.getCollectionCount());
        }
        readings.set(Metrics.THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
        readings.set(Metrics.START_TIME, ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean process) {
            readings.set(Metrics.CPU, process.getProcessCpuTime() / NANOS);
            readings.set(Metrics.OPEN_FILES, process.getOpenFileDescriptorCount());
            readings.set(Metrics.OPEN_FILES_MAX, process.getMaxFileDescriptorCount());
        }
    }

    private static void measureMemory(Readings readings, String area, MemoryUsage usage) {
        readings.set(Metrics.MEMORY_USED, area, usage.getUsed());
        readings.set(Metrics.MEMORY_COMMITTED, area, usage.getCommitted());
        if (usage.getMax() >= 0) {
            readings.set(Metrics.MEMORY_MAX, area, usage.getMax());
        }
    }
}
