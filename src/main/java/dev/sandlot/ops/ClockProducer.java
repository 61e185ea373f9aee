package dev.sandlot.ops;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** The one clock of the server. */
@Singleton
class ClockProducer {
    /** What the databases keep of a time: one that was stored and read is the one that was told before. */
    private static final Duration TICK = Duration.ofNanos(1000);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), TICK);
    }
}
