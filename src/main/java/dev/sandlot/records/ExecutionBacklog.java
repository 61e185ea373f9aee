package dev.sandlot.records;

import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * The ends of executions that are not in the database yet: how much of the memory they may take, and whose they are. An
 * end is never refused; where there is no room for more of them, nothing further begins.
 */
@Singleton
public class ExecutionBacklog implements Measured {
    /** What the smallest takes. */
    private static final int BYTES_MIN = 4 * 1024;

    private final Budget bytes;

    @Inject
    public ExecutionBacklog(JournalConfig config) {
        this.bytes = new Budget(
                "bytes of records that are still to be stored",
                "try again in a moment",
                Bounds.ofServer(config.backlogLimit()));
    }

    /** Throws RATE_LIMITED when there is no room for the end of such an execution. */
    void requireRoom(Tenant tenant, Execution execution) {
        bytes.take(tenant, weight(new JournalEntry(execution, Map.of()))).close();
    }

    /** Counts one, until the share is closed. */
    Share count(Tenant tenant, JournalEntry end) {
        return bytes.adopt(tenant, weight(end));
    }

    /** The memory that it takes, and the database's work. */
    static long weight(JournalEntry entry) {
        long outputs = entry.inline().values().stream()
                .mapToLong(bytes -> bytes.length)
                .sum();
        return BYTES_MIN + entry.execution().command().length() + outputs;
    }

    @Override
    public void measure(Readings readings) {
        Metrics.share(readings, "backlog_bytes", bytes.inUse(), bytes.bound());
    }

    long bytes() {
        return bytes.inUse();
    }
}
