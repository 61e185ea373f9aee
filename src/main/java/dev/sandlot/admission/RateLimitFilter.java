package dev.sandlot.admission;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sandlot.auth.Caller;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A token bucket a caller: so many requests a second for long, a burst at once. */
@Provider
@PreMatching
@Priority(400)
public class RateLimitFilter implements ContainerRequestFilter {
    private static final int CALLERS_MAX = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    /** For the container's proxy only. */
    public RateLimitFilter() {
        this(new AdmissionConfig(1, 1, 1, 1, 1, Map.of()));
    }

    @Inject
    public RateLimitFilter(AdmissionConfig config) {
        // A bucket that was left alone for longer than it takes to fill says nothing that a new one does not.
        Duration filled = Duration.ofSeconds(config.rateBurst() / config.ratePerSecond() + 1);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(CALLERS_MAX)
                .expireAfterAccess(filled)
                .build(caller -> bucket(config));
    }

    private static Bucket bucket(AdmissionConfig config) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(config.rateBurst())
                        .refillGreedy(config.ratePerSecond(), Duration.ofSeconds(1)))
                .build();
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String caller = Caller.of(request.getSecurityContext()).subject();
        ConsumptionProbe probe = buckets.get(caller).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill()) + 1;
            throw new ApiException(ErrorType.RATE_LIMITED, "Too many requests; try again in " + seconds + " s")
                    .withHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
    }
}
