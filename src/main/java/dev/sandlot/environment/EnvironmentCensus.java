package dev.sandlot.environment;

import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

/** How many environments there are, as of a moment ago: who reads metrics must not wait for a database. */
@Singleton
public class EnvironmentCensus implements Measured {
    private final EnvironmentRepository repository;
    private volatile boolean answered;
    private volatile Map<EnvironmentState, Long> counts = Map.of();

    @Inject
    public EnvironmentCensus(EnvironmentRepository repository) {
        this.repository = repository;
    }

    /** Counts them. Called every ten seconds. */
    public void count() {
        boolean good = false;
        try {
            counts = repository.countByState();
            good = true;
        } finally {
            answered = good;
        }
    }

    /** Where the database does not answer nobody knows how many there are. */
    @Override
    public void measure(Readings readings) {
        readings.set(Metrics.DATABASE_UP, answered ? 1 : 0);
        if (answered) {
            Map<EnvironmentState, Long> now = counts;
            for (EnvironmentState state : EnvironmentState.values()) {
                readings.set(Metrics.ENVIRONMENTS, state.word(), now.getOrDefault(state, 0L));
            }
        }
    }
}
