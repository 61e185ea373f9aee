package dev.sandlot.audit;

import dev.sandlot.database.Violations;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What is told of one by one: what callers do but for the ends of executions, which are told of where they are stored.
 * Whoever comes while others are being written is written with the next of them, in one transaction.
 */
@Singleton
public class AuditLog {
    private static final Logger LOG = ServerLog.of(AuditLog.class);
    /** So many wait for a database that is away. */
    private static final int WAITING_MAX = 10_000;

    private static final int BATCH_MAX = 512;
    /** For others that write. */
    private static final int PATIENCE_SECONDS = 10;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AuditChain chain;
    private final Clock clock;
    private final RepeatedEntries repeated;
    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private volatile Instant pausedUntil = Instant.MIN;
    /** How many there was no room for. */
    private long lost;

    @Inject
    public AuditLog(AuditChain chain, Clock clock) {
        this.chain = chain;
        this.clock = clock;
        this.repeated = new RepeatedEntries(clock);
    }

    private static final class Waiting {
        private final AuditEntry entry;
        /** Its turn has come; by whoever writes. */
        private boolean written;

        private Waiting(AuditEntry entry) {
            this.entry = entry;
        }
    }

    /** Is in the database on return; where that is away, it is kept until it is back. */
    public void record(AuditEntry entry) {
        Waiting one = add(entry);
        if (!isPaused() && takesTurn()) {
            try {
                if (!one.written && !isPaused()) {
                    writeAll();
                }
            } catch (RuntimeException away) {
                // Those who wait behind this one need not find out each by itself.
                pausedUntil = clock.instant().plus(PAUSE);
                Failures.log(LOG, Level.WARNING, away, () -> "The audit can't be written now; it is tried again");
            } finally {
                writing.unlock();
            }
        }
    }

    private boolean isPaused() {
        return clock.instant().isBefore(pausedUntil);
    }

    private boolean takesTurn() {
        try {
            return writing.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Something that may come again and again: the first is told of at once, those like it within a minute together, and
     * when there are too many different ones of a caller, without what they were about. Does not wait for the database.
     */
    public void repeated(AuditEntry entry) {
        repeated.add(entry).ifPresent(this::add);
    }

    /** Writes what waits. Called several times a second; throws when it can't be written now. */
    public void flush() {
        repeated.over().forEach(this::add);
        writing.lock();
        try {
            writeAll();
        } finally {
            writing.unlock();
        }
    }

    private Waiting add(AuditEntry entry) {
        Waiting one = new Waiting(entry);
        synchronized (waiting) {
            if (waiting.size() < WAITING_MAX) {
                waiting.add(one);
            } else {
                lost++;
            }
        }
        return one;
    }

    /** By the one that holds {@code writing}. */
    private void writeAll() {
        for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
            write(batch);
            batch.forEach(one -> one.written = true);
            synchronized (waiting) {
                batch.forEach(one -> waiting.remove());
            }
        }
    }

    private List<Waiting> next() {
        synchronized (waiting) {
            if (lost > 0 && waiting.size() < WAITING_MAX) {
                AuditOutcome outcome = AuditOutcome.done(lost);
                waiting.add(new Waiting(
                        new AuditEntry(clock.instant(), "auditGap", null, Origin.UNKNOWN, AuditTarget.NONE, outcome)));
                lost = 0;
            }
            return waiting.stream().limit(BATCH_MAX).toList();
        }
    }

    private void write(List<Waiting> batch) {
        try {
            chain.write(handle -> batch.stream()
                    .filter(one -> !one.written)
                    .map(one -> one.entry)
                    .toList());
        } catch (RuntimeException refused) {
            if (!Violations.isForGood(refused)) {
                throw refused;
            }
            batch.forEach(this::writeAlone);
        }
    }

    /** One that the database never takes must not hold up the others. */
    private void writeAlone(Waiting one) {
        try {
            chain.write(handle -> List.of(one.entry));
            one.written = true;
        } catch (RuntimeException refused) {
            if (!Violations.isForGood(refused)) {
                throw refused;
            }
            Failures.log(
                    LOG,
                    Level.SEVERE,
                    refused,
                    () -> "The database does not take an entry of the audit: " + one.entry.operation());
        }
    }

    @PreDestroy
    void close() {
        try {
            repeated.all().forEach(this::add);
            flush();
        } catch (RuntimeException gone) {
            Failures.log(LOG, Level.WARNING, gone, () -> "The last entries of the audit can't be written");
        }
    }
}
