package dev.sandlot.idempotency;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Keys that let a test look right after one has been stored, before whoever claimed it goes on. */
public final class WatchedKeys extends IdempotencyKeys {
    private Runnable afterClaim = () -> {};

    public WatchedKeys(Jdbi jdbi, Clock clock) {
        super(jdbi, clock);
    }

    /** Does that once, after the next claim. */
    public void afterClaim(Runnable work) {
        afterClaim = work;
    }

    @Override
    public Optional<Earlier> claim(IdempotencyKey key, UUID subject, @Nullable String sealed, Consumer<Handle> work) {
        Optional<Earlier> earlier = super.claim(key, subject, sealed, work);
        Runnable once = afterClaim;
        afterClaim = () -> {};
        once.run();
        return earlier;
    }
}
