package dev.sandlot.quota;

import dev.sandlot.auth.WorkspaceId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests of workspaces in memory, and brings them to the database now and then. */
@Singleton
public class RequestCount {
    /** Whoever may name workspaces as they like does not fill the memory with names. */
    private static final int WORKSPACES_MAX = 10_000;

    private final UsageTable table;
    private final Map<WorkspaceId, LongAdder> counts = new ConcurrentHashMap<>();

    @Inject
    RequestCount(UsageTable table) {
        this.table = table;
    }

    /** One was let in. */
    public void count(WorkspaceId workspace) {
        LongAdder known = counts.get(workspace);
        if (known != null) {
            known.increment();
        } else if (counts.size() < WORKSPACES_MAX) {
            counts.computeIfAbsent(workspace, first -> new LongAdder()).increment();
        }
    }

    /** Brings what is new to the database; while that is away it stays here. */
    public void flush() {
        Map<WorkspaceId, Long> fresh = new HashMap<>();
        counts.forEach((workspace, count) -> {
            if (count.sum() > 0) {
                fresh.put(workspace, count.sum());
            }
        });
        if (!fresh.isEmpty()) {
            table.addRequests(fresh);
        }
        fresh.forEach((workspace, written) -> counts.computeIfPresent(workspace, (same, count) -> {
            count.add(-written);
            return count;
        }));
        // Who counts has the counter in their hands for a moment: the names go when no room is left for others.
        if (counts.size() >= WORKSPACES_MAX) {
            counts.values().removeIf(count -> count.sum() == 0);
        }
    }
}
