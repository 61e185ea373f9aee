package dev.sandlot.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Buckets of requests by name.
 *
 * @param <K> whose a bucket is, and what it holds where that is not always the same
 */
final class Rates<K> {
    private static final int BUCKETS_MAX = 100_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Cache<K, Bucket> buckets;

    /** {@code filled}: a bucket that was left alone for longer says nothing that a new one does not. */
    Rates(Duration filled) {
        this.buckets = Caffeine.newBuilder()
                .maximumSize(BUCKETS_MAX)
                .expireAfterAccess(filled)
                .build();
    }

    /** Takes one request of so many a second for long, and so many at once. */
    Rate take(K key, long perSecond, long burst) {
        ConsumptionProbe probe =
                buckets.get(key, first -> bucket(perSecond, burst)).tryConsumeAndReturnRemaining(1);
        long remaining = probe.getRemainingTokens();
        long reset = (burst - remaining + perSecond - 1) / perSecond;
        long retry = probe.isConsumed() ? 0 : seconds(probe.getNanosToWaitForRefill());
        return new Rate(burst, remaining, reset, retry);
    }

    /** Begun ones too, and at least one. */
    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(Math.max(1, nanos) + SECOND - 1);
    }

    private static Bucket bucket(long perSecond, long burst) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}
