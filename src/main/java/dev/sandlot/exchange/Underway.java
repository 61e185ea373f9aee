package dev.sandlot.exchange;

import dev.sandlot.auth.Caller;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What requests share while they are under way: their number, their bytes in memory, threads that wait a moment. */
@Singleton
class Underway implements Measured {
    /** The number of threads that take requests (sandlot.xml) which may wait for the rest of a body. */
    private static final int MOMENTS = 8;
    /** Bytes of a request without its body. Where an organization's are used up, it makes no further one. */
    private static final int LEAST = 16 * 1024;

    private final int perCaller;
    private final ConcurrentMap<String, Integer> callers = new ConcurrentHashMap<>();
    private final Budget requests;
    private final Budget bytes;
    private final Budget moments = new Budget("bodies that are waited for", "try again", Bounds.ofServer(MOMENTS));

    @Inject
    Underway(ExchangeConfig config) {
        this.perCaller = config.perCaller();
        this.requests = new Budget("requests under way", "wait for one to end", Bounds.ofServer(config.perServer()));
        this.bytes = new Budget(
                "bytes of requests and answers in memory",
                "read answers, and send less at once",
                Bounds.ofServer(config.bodiesBytes()));
    }

    /** A request's place, from its first byte to the last of its answer; throws RATE_LIMITED when there is none. */
    Share take(Caller caller, Tenant tenant) {
        if (callers.merge(caller.subject(), 1, Integer::sum) > perCaller) {
            leave(caller);
            throw busy("There are " + perCaller + " requests of this caller under way; wait for one to end");
        }
        Deque<Share> taken = new ArrayDeque<>(2);
        try {
            taken.add(requests.take(tenant, 1));
            taken.add(bytes.take(tenant, LEAST));
        } catch (ApiException full) {
            taken.forEach(Share::close);
            leave(caller);
            throw full;
        }
        AtomicBoolean here = new AtomicBoolean(true);
        return () -> {
            if (here.compareAndSet(true, false)) {
                leave(caller);
                taken.forEach(Share::close);
            }
        };
    }

    static ApiException busy(String detail) {
        return new ApiException(ErrorType.RATE_LIMITED, detail).withHeader("Retry-After", "1");
    }

    private void leave(Caller caller) {
        callers.computeIfPresent(caller.subject(), (same, count) -> count == 1 ? null : count - 1);
    }

    /** Bytes that are held in memory. */
    Budget bytes() {
        return bytes;
    }

    /** Threads that take requests, for a moment. */
    Budget moments() {
        return moments;
    }

    @Override
    public void measure(Readings readings) {
        Metrics.share(readings, "requests", requests.inUse(), requests.bound());
        Metrics.share(readings, "request_bytes", bytes.inUse(), bytes.bound());
    }

    /** How many requests are under way. */
    public long requests() {
        return requests.inUse();
    }
}
