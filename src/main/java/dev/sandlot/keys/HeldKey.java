package dev.sandlot.keys;

import dev.sandlot.auth.Caller;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key in memory, with when it was last used. That is written down later, and told to the minute. */
final class HeldKey {
    private static final Duration GRAIN = Duration.ofMinutes(1);

    private final ApiKey key;
    private final Caller caller;
    private volatile @Nullable Instant lastUsed;
    private volatile boolean unwritten;

    HeldKey(ApiKey key, @Nullable Instant lastUsed) {
        this.key = key;
        this.caller = key.caller();
        this.lastUsed = lastUsed;
    }

    ApiKey key() {
        return key;
    }

    @Nullable
    Instant lastUsed() {
        return lastUsed;
    }

    /** Somebody comes with it. */
    Caller use(Instant now) {
        Instant before = lastUsed;
        if (before == null || before.plus(GRAIN).isBefore(now)) {
            lastUsed = now;
            unwritten = true;
        }
        return caller;
    }

    /** True once for each use that is not written down yet. */
    boolean takeUnwritten() {
        boolean was = unwritten;
        unwritten = false;
        return was;
    }

    /** It could not be written down. */
    void putBack() {
        unwritten = true;
    }
}
