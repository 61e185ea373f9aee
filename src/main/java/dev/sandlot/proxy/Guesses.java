package dev.sandlot.proxy;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/**
 * Holds down how often is asked for environments that have no service here: only for those the database is looked into,
 * and anybody can ask. Requests for services that there are never come here.
 */
final class Guesses {
    private static final int ADDRESSES_MAX = 10_000;

    private final Bucket all;
    private final LoadingCache<String, Bucket> byAddress;

    /**
     * @param ofAddress how many one address may make in a second, and ten times as many at once
     * @param ofAll how many all may make in a second, and ten times as many at once
     */
    Guesses(int ofAddress, int ofAll) {
        this.all = bucket(ofAll);
        this.byAddress = Caffeine.newBuilder()
                .maximumSize(ADDRESSES_MAX)
                .expireAfterAccess(Duration.ofMinutes(1))
                .build(address -> bucket(ofAddress));
    }

    private static Bucket bucket(int perSecond) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(10L * perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }

    /** Throws RATE_LIMITED when there were too many. */
    void take(String address) {
        if (!byAddress.get(address).tryConsume(1) || !all.tryConsume(1)) {
            throw new ApiException(
                            ErrorType.RATE_LIMITED, "Too many requests for environments without services; try again")
                    .withHeader("Retry-After", "1");
        }
    }
}
