package dev.sandlot.output;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one environment keeps. */
public final class KeptAccount {
    private final UUID environment;
    private final Tenant tenant;
    private final List<Tally> above;
    private Held held = Held.NOTHING;
    private boolean closed;
    /** Executions that this server has made files for; null when what was there before them has been counted. */
    private @Nullable Set<UUID> ownFiles = new HashSet<>();

    private boolean described;
    private volatile @Nullable Instant endedAt;
    private volatile Instant keysRefusedUntil = Instant.MIN;
    private volatile Instant outputsFrom = Instant.EPOCH;

    /** {@code above}: what its workspace, its organization and the server keep, it among others. */
    KeptAccount(UUID environment, Tenant tenant, List<Tally> above) {
        this.environment = environment;
        this.tenant = tenant;
        this.above = List.copyOf(above);
    }

    public UUID environment() {
        return environment;
    }

    public String org() {
        return tenant.workspace().org();
    }

    public WorkspaceId workspace() {
        return tenant.workspace();
    }

    Tenant tenant() {
        return tenant;
    }

    public synchronized Held held() {
        return held;
    }

    /** Counts it; not any more when its environment has been forgotten. */
    public synchronized void add(Held change) {
        if (!closed) {
            held = held.plus(change);
            above.forEach(tally -> tally.add(change));
        }
    }

    /** Nothing of it is there any more. */
    synchronized void close() {
        add(held.negated());
        closed = true;
    }

    /** A file is made for that execution. */
    synchronized void hasFile(UUID execution) {
        if (ownFiles != null) {
            ownFiles.add(execution);
        }
    }

    /** Whether what an earlier server has left of it has yet to be counted. */
    public synchronized boolean isUncounted() {
        return ownFiles != null;
    }

    /** Whether this server has made a file for that execution; it counts that itself. */
    public synchronized boolean isOwn(UUID execution) {
        return ownFiles == null || ownFiles.contains(execution);
    }

    /** Counts what an earlier server has left of it, once. */
    public synchronized void count(Held left) {
        if (ownFiles != null) {
            ownFiles = null;
            add(left);
        }
    }

    /** Counts the record of the environment itself, once. */
    public synchronized void describe(long bytes) {
        if (!described) {
            described = true;
            add(Held.records(bytes, 0));
        }
    }

    public Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    public void endedAt(Instant at) {
        endedAt = at;
    }

    /** The time from which on its outputs are looked for: there are hardly any older ones. */
    public Instant outputsFrom() {
        return outputsFrom;
    }

    public void outputsFrom(Instant from) {
        outputsFrom = from;
    }

    /** Lets no execution with a key begin until then: all records are held by keys that live. */
    public void refuseKeys(Instant until) {
        keysRefusedUntil = until;
    }

    /** Whether that is so now. */
    public boolean refusesKeys(Instant now) {
        return now.isBefore(keysRefusedUntil);
    }

    /** Throws RATE_LIMITED where no more executions with keys can be recorded now. */
    public void requireRoomForKey(Instant now) {
        if (refusesKeys(now)) {
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "As many executions with an Idempotency-Key as can be recorded are less than a day old in"
                                    + " this environment; send it without one, or make another environment")
                    .withHeader("Retry-After", "600");
        }
    }
}
