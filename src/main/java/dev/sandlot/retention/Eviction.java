package dev.sandlot.retention;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.EvictionOrder;
import dev.sandlot.output.EvictionOrder.Futile;
import dev.sandlot.output.EvictionOrder.Step;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.KeptConfig;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Makes room when more is kept than may be, as soon as that is so. */
@Singleton
public class Eviction {
    private static final Logger LOG = ServerLog.of(Eviction.class);
    private static final Duration COUNT_AT_ONCE = Duration.ofSeconds(1);
    /** After it could not be helped. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final KeptBytes kept;
    private final KeptConfig config;
    private final EvictionOrder order;
    private final EvictionSteps steps;
    private final KeptCount count;
    private final Workers workers;
    private final Clock clock;
    private final ReentrantLock working = new ReentrantLock();
    private final Map<Futile, Instant> futile = new HashMap<>();
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile Instant restUntil = Instant.MIN;

    @Inject
    public Eviction(
            KeptBytes kept,
            KeptConfig config,
            EvictionOrder order,
            EvictionSteps steps,
            KeptCount count,
            Workers workers,
            Clock clock) {
        this.kept = kept;
        this.config = config;
        this.order = order;
        this.steps = steps;
        this.count = count;
        this.workers = workers;
        this.clock = clock;
        kept.whenFull(this::call);
    }

    /** Counts what is new, and sees to what nobody has called for. Called every other second. */
    public void sweep() {
        working.lock();
        try {
            count.learn();
            boolean more;
            do {
                more = count.count(COUNT_AT_ONCE);
                makeRoom();
            } while (more);
            dropAfterEnd();
        } catch (IOException broken) {
            LOG.log(Level.WARNING, "What is kept can''t be counted: {0}", broken.getMessage());
        } finally {
            working.unlock();
        }
    }

    /** Somebody keeps more than may be. One call is enough, however many there are. */
    private void call() {
        if (clock.instant().isBefore(restUntil) || called.getAndSet(true)) {
            return;
        }
        try {
            workers.executeApart(this::work);
        } catch (RejectedExecutionException stopping) {
            called.set(false);
        }
    }

    private void work() {
        working.lock();
        try {
            called.set(false);
            makeRoom();
        } catch (IOException | RuntimeException broken) {
            restUntil = clock.instant().plus(REST);
            Failures.log(LOG, Level.FINE, broken, () -> "room can't be made now");
        } finally {
            working.unlock();
        }
    }

    private void makeRoom() throws IOException {
        Instant now = clock.instant();
        futile.values().removeIf(until -> !now.isBefore(until));
        Optional<Step> step = order.next(now, futile.keySet());
        while (step.isPresent()) {
            if (!steps.take(step.get())) {
                futile.put(step.get().futile(), now.plus(REST));
            }
            step = order.next(now, futile.keySet());
        }
        if (!futile.isEmpty()) {
            restUntil = clock.instant().plus(REST);
        }
    }

    private void dropAfterEnd() throws IOException {
        if (config.afterEnd().isEmpty()) {
            return;
        }
        Instant before = clock.instant().minus(config.afterEnd().get());
        List<KeptAccount> over = kept.accounts().stream()
                .filter(account -> account.held().removable() > 0)
                .filter(account ->
                        account.endedAt().filter(end -> !end.isAfter(before)).isPresent())
                .toList();
        for (KeptAccount account : over) {
            steps.dropOutputs(account);
        }
    }
}
