package dev.sandlot.environment;

import dev.sandlot.image.Images;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxBackend.Observed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Brings what should be and what is together: expired environments, sandboxes nobody knows, environments without one. */
@Singleton
public class Reconciler {
    private static final Logger LOG = ServerLog.of(Reconciler.class);
    /** What is not provisioned by then is not going to be. */
    private static final Duration PROVISIONING_MAX = Duration.ofMinutes(10);

    /** A sandbox is gone this long after its environment's end. */
    private static final Duration SANDBOX_END_MAX = Duration.ofHours(1);

    private final Environments environments;
    private final EnvironmentRepository repository;
    private final SandboxBackend backend;
    private final Images images;
    private final EnvironmentConfig config;
    private final Clock clock;

    @Inject
    public Reconciler(
            Environments environments,
            EnvironmentRepository repository,
            SandboxBackend backend,
            Images images,
            EnvironmentConfig config,
            Clock clock) {
        this.environments = environments;
        this.repository = repository;
        this.backend = backend;
        this.images = images;
        this.config = config;
        this.clock = clock;
    }

    /** Tears down what has outlived its time. Called every second. */
    public void reap() {
        environments.reapExpired();
    }

    /** Compares the database with the host; returns the sandboxes that exist and should. */
    public Set<Observed> reconcile() {
        environments.reapExpired();
        // First what should be, then what is: what is provisioned in between is in neither and left alone.
        List<Environment> living = repository.living();
        Set<Observed> observed = backend.list();
        Set<UUID> existing = observed.stream().map(one -> one.id().value()).collect(Collectors.toSet());
        environments.count(living, existing);
        living.forEach(environment -> compare(environment, existing));
        Set<Observed> kept = new HashSet<>();
        for (Observed one : observed) {
            if (environments.isWanted(one.id().value())) {
                kept.add(one);
            } else {
                LOG.log(Level.INFO, "The sandbox {0} belongs to no environment and is destroyed", one.id());
                environments.destroySandbox(one.id().value());
                Metrics.ORPHANS.count();
            }
        }
        return kept;
    }

    private void compare(Environment environment, Set<UUID> existing) {
        boolean exists = existing.contains(environment.id());
        boolean provisioning = environment.state().isBeingMade();
        Instant due = environment.lifetime().createdAt().plus(PROVISIONING_MAX).plus(images.pullTimeout());
        if (provisioning && clock.instant().isAfter(due)) {
            environments.fail(environment.id(), "Its provisioning did not end");
        } else if (!provisioning && !exists) {
            environments.fail(environment.id(), "Its sandbox is gone: it ended, or the host was restarted");
        }
    }

    /** Removes images that nobody uses when there is no room for them. */
    public void collectImages() {
        try {
            images.collect(repository.imagesInUse(clock.instant().minus(SANDBOX_END_MAX)));
        } catch (IOException broken) {
            Failures.log(LOG, Level.WARNING, broken, () -> "Images can't be removed");
        }
    }

    /** Environments that can't be read any more from now on; their outputs go first, their records last. */
    public List<UUID> outOfRetention() {
        return repository.endedBefore(clock.instant().minus(config.retention()));
    }

    /** Removes the record of an environment with those of its executions. */
    public void forget(UUID environment) {
        repository.delete(environment);
    }
}
