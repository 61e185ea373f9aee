package dev.sandlot.admission;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A token bucket for each caller: so many requests a second for long, a burst at once. */
@Singleton
public class CallerRates {
    private static final int CALLERS_MAX = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    @Inject
    public CallerRates(AdmissionConfig config) {
        // A bucket that was left alone for longer than it takes to fill says nothing that a new one does not.
        Duration filled = Duration.ofSeconds(config.rateBurst() / config.ratePerSecond() + 1);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(CALLERS_MAX)
                .expireAfterAccess(filled)
                .build(caller -> bucket(config));
    }

    private static Bucket bucket(AdmissionConfig config) {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(config.rateBurst()).refillGreedy(config.ratePerSecond(), Duration.ofSeconds(1)))
                .build();
    }

    /** Throws RATE_LIMITED with Retry-After when the caller's bucket is empty. */
    public void take(String caller) {
        ConsumptionProbe probe = buckets.get(caller).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill()) + 1;
            throw new ApiException(ErrorType.RATE_LIMITED, "Too many requests; try again in " + seconds + " s")
                    .withHeader("Retry-After", Long.toString(seconds));
        }
    }
}
