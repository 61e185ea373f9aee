package dev.sandlot.exchange;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Stranger;
import dev.sandlot.auth.WorkspaceId;
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

    /** So many of those whom nobody knows are worked for at once: what they ask for takes time of others. */
    private static final int OF_STRANGERS = 64;
    /** All of them are one: many addresses take no more of what callers have than one does. */
    static final Tenant STRANGERS = Tenant.of(new WorkspaceId("all strangers", ""));

    private final int perCaller;
    private final ConcurrentMap<String, Integer> callers = new ConcurrentHashMap<>();
    private final Budget requests;
    private final Budget bytes;
    private final Budget strangers =
            new Budget("requests without a token under way", "try again", Bounds.ofServer(OF_STRANGERS));
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
        Share taken;
        try {
            taken = places(tenant);
        } catch (ApiException full) {
            leave(caller);
            throw full;
        }
        AtomicBoolean here = new AtomicBoolean(true);
        return () -> {
            if (here.compareAndSet(true, false)) {
                leave(caller);
                taken.close();
            }
        };
    }

    /** The same for somebody whom nobody knows. */
    Share take(Stranger stranger) {
        Share one = strangers.take(Tenant.of(new WorkspaceId("network " + stranger.network(), "")), 1);
        try {
            return both(one, places(STRANGERS));
        } catch (ApiException full) {
            one.close();
            throw full;
        }
    }

    private Share places(Tenant tenant) {
        Share request = requests.take(tenant, 1);
        try {
            return both(request, bytes.take(tenant, LEAST));
        } catch (ApiException full) {
            request.close();
            throw full;
        }
    }

    private static Share both(Share one, Share other) {
        return () -> {
            one.close();
            other.close();
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
