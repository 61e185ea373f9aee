package dev.sandlot.exchange;

import dev.sandlot.log.Failures;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.worker.Delays;
import dev.sandlot.worker.Workers;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * When refusals are sent. While the server has done anything for anybody, each source of refusals gets so many a second,
 * and more of them wait for their turn, without a thread: who sends the next request when the last one was answered is
 * slowed down, and processors are left for those who are let in. Who is let in never waits here. A server that has
 * nothing else to do refuses as fast as it can.
 */
@Singleton
class RefusalPace {
    private static final Logger LOG = ServerLog.of(RefusalPace.class);

    /** The source of those whom nobody knows, who are one: a name of theirs, or an address, is soon another. */
    static final String STRANGERS = "";
    /** So long a server that has done nothing else has nothing else to do. */
    static final Duration LULL = Duration.ofSeconds(2);
    /** What waits is looked at as often. */
    static final Duration TICK = Duration.ofMillis(20);
    /** So much of what a source may have in a second it may have at once. */
    static final Duration AT_ONCE = Duration.ofMillis(100);
    /** So many wait; a further one is sent. */
    static final int WAITING_MAX = 8_192;
    /** So many of them are begun with at a look, for each takes a thread for a moment. */
    private static final int BEGUN_AT_ONCE = 64;
    /** Behind so many sources those are forgotten that have had no turn lately. */
    private static final int SOURCES_MAX = 1_024;

    private final long interval;
    private final long atOnce;
    private final Workers workers;
    private final Timer timer;
    private final LongSupplier nanos;
    /** When each source's last turn was, or is to be. */
    private final Map<String, Long> turns = new HashMap<>();

    private final Queue<Waiting> waiting = new PriorityQueue<>();
    private @Nullable Future<?> look;
    private boolean stopped;
    private volatile long served;

    private record Waiting(long turn, Runnable sending) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return Long.compare(turn, other.turn);
        }
    }

    @Inject
    RefusalPace(ExchangeConfig config, Workers workers, Delays delays) {
        this(config.refusalsPerSecond(), workers, delays::after, System::nanoTime);
    }

    RefusalPace(int perSecond, Workers workers, Timer timer, LongSupplier nanos) {
        this.interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.atOnce = Math.max(AT_ONCE.toNanos(), interval);
        this.workers = workers;
        this.timer = timer;
        this.nanos = nanos;
        this.served = nanos.getAsLong() - LULL.toNanos();
    }

    /** Has work done after a time. */
    @FunctionalInterface
    interface Timer {
        /** Throws RejectedExecutionException when the server stops. */
        Future<?> after(Duration wait, Runnable work);
    }

    /** Somebody was served. */
    void served() {
        served = nanos.getAsLong();
    }

    /** Takes a turn for a refusal of that source; empty when it may be sent at once. */
    synchronized OptionalLong takeTurn(String source) {
        long now = nanos.getAsLong();
        if (interval == 0 || isLull(now)) {
            turns.clear();
            return OptionalLong.empty();
        }
        if (stopped || waiting.size() >= WAITING_MAX) {
            return OptionalLong.empty();
        }
        long earliest = now - atOnce;
        long turn = Math.max(turns.getOrDefault(source, earliest), earliest) + interval;
        turns.put(source, turn);
        if (turns.size() > SOURCES_MAX) {
            turns.values().removeIf(last -> last <= earliest);
        }
        return turn > now ? OptionalLong.of(turn) : OptionalLong.empty();
    }

    /** Has a worker send a refusal when that turn has come, or sooner where nobody else is served any more. */
    void send(long turn, Runnable sending) {
        Runnable carried = Request.carry(sending);
        synchronized (this) {
            if (!stopped && isLookedAfter()) {
                waiting.add(new Waiting(turn, carried));
                return;
            }
        }
        begin(carried);
    }

    /** Whether somebody looks at what waits before long. */
    private boolean isLookedAfter() {
        if (look == null) {
            try {
                look = timer.after(TICK, this::tick);
            } catch (RejectedExecutionException stopping) {
                Failures.log(LOG, Level.FINE, stopping, () -> "Refusals no longer wait");
            }
        }
        return look != null;
    }

    private void tick() {
        due().forEach(this::begin);
    }

    private synchronized List<Runnable> due() {
        long now = nanos.getAsLong();
        boolean lull = isLull(now);
        List<Runnable> due = new ArrayList<>();
        for (Waiting next = waiting.peek(); next != null && due.size() < BEGUN_AT_ONCE; next = waiting.peek()) {
            if (!lull && next.turn() > now) {
                break;
            }
            due.add(next.sending());
            waiting.remove();
        }
        look = null;
        if (!waiting.isEmpty() && !isLookedAfter()) {
            waiting.forEach(left -> due.add(left.sending()));
            waiting.clear();
        }
        return due;
    }

    /** A client that does not read holds up no other. */
    private void begin(Runnable sending) {
        try {
            workers.execute(sending);
        } catch (RejectedExecutionException stopping) {
            Failures.log(LOG, Level.FINE, stopping, () -> "No worker sends a refusal");
            sending.run();
        }
    }

    private boolean isLull(long now) {
        return now - served >= LULL.toNanos();
    }

    /** Nobody waits for their turn any more. */
    @PreDestroy
    void stop() {
        List<Waiting> left;
        synchronized (this) {
            stopped = true;
            if (look != null) {
                look.cancel(false);
            }
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(one -> begin(one.sending()));
    }
}
