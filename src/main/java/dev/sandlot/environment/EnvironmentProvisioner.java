package dev.sandlot.environment;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.environment.EnvironmentPlanner.Plan;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.idempotency.IdempotencyKeys.Earlier;
import dev.sandlot.idempotency.TokenSeal;
import dev.sandlot.image.ImageRef;
import dev.sandlot.log.Failures;
import dev.sandlot.log.Request;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskDefinition.Image;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The making of environments from tasks, as callers ask for it: each is planned, stored with the key that it was asked
 * for by, handed to the dispatcher, and is ready or has failed when that one is through.
 */
@Singleton
public class EnvironmentProvisioner {
    private static final Logger LOG = ServerLog.of(EnvironmentProvisioner.class);

    private final Environments environments;
    private final EnvironmentRepository repository;
    private final IdempotencyKeys keys;
    private final EnvironmentPlanner planner;
    private final EnvironmentDispatcher dispatcher;
    private final EnvironmentShares shares;
    private final ConcurrentMap<UUID, CompletableFuture<Provisioned>> underWay = new ConcurrentHashMap<>();

    @Inject
    public EnvironmentProvisioner(
            Environments environments,
            EnvironmentRepository repository,
            IdempotencyKeys keys,
            EnvironmentPlanner planner,
            EnvironmentDispatcher dispatcher,
            EnvironmentShares shares) {
        this.environments = environments;
        this.repository = repository;
        this.keys = keys;
        this.planner = planner;
        this.dispatcher = dispatcher;
        this.shares = shares;
    }

    /** A new environment with the secret that nobody gets to see again. */
    record Provisioned(Environment environment, ExecuteToken token) {}

    /**
     * Makes an environment; completes when it is ready, or with why it is not. Where its image must be pulled first, that
     * is not waited for.
     */
    CompletionStage<Provisioned> provision(WantedEnvironment wanted) {
        ExecuteToken token = ExecuteToken.create();
        try (Plan plan = planner.plan(wanted, token)) {
            store(plan.environment());
            return make(plan, token);
        }
    }

    private void store(Environment environment) {
        boolean stored = false;
        try {
            Request.isAbout(environment.id());
            shares.take(environment);
            requirePlace(environment, repository.insert(environment, most(environment)));
            stored = true;
        } finally {
            if (!stored) {
                shares.giveBack(environment.id());
            }
        }
    }

    /**
     * Ends what an earlier server had begun and did not get to an end, with what there is of it; the keys are free for the
     * next try. Before anybody asks this server for an environment.
     */
    public void endUnfinished() {
        for (Environment left : repository.living()) {
            if (left.state().isBeingMade()) {
                environments.fail(left.id(), "The server ended while it was made; provision another one");
                keys.release(left.id());
            }
        }
    }

    /** The environment that was made under that key; makes it when there is none. */
    CompletionStage<Provisioned> provisionOnce(WantedEnvironment wanted, IdempotencyKey key) {
        Optional<Earlier> known = keys.find(key);
        return known.isPresent() ? earlier(wanted, key, known.get()) : claim(wanted, key);
    }

    private CompletionStage<Provisioned> earlier(WantedEnvironment wanted, IdempotencyKey key, Earlier earlier) {
        CompletableFuture<Provisioned> pending = underWay.get(earlier.subject());
        if (pending != null) {
            return Request.carry(pending);
        }
        ExecuteToken token = TokenSeal.open(String.valueOf(earlier.sealed()), earlier.subject(), key);
        Environment environment = environments.require(wanted.workspace(), earlier.subject());
        return CompletableFuture.completedFuture(new Provisioned(environment, token));
    }

    /** An environment is under way here before its key is stored: who finds the key finds it too. */
    private CompletionStage<Provisioned> claim(WantedEnvironment wanted, IdempotencyKey key) {
        ExecuteToken token = ExecuteToken.create();
        try (Plan plan = planner.plan(wanted, token)) {
            return claim(wanted, key, plan, token);
        }
    }

    private CompletionStage<Provisioned> claim(
            WantedEnvironment wanted, IdempotencyKey key, Plan plan, ExecuteToken token) {
        Environment environment = plan.environment();
        UUID id = environment.id();
        Request.isAbout(id);
        CompletableFuture<Provisioned> result = new CompletableFuture<>();
        underWay.put(id, result);
        boolean mine = false;
        try {
            Optional<Earlier> earlier = keys.claim(key, id, TokenSeal.seal(token, id, key), handle -> {
                shares.take(environment);
                requirePlace(environment, repository.insert(handle, environment, most(environment)));
            });
            if (earlier.isPresent()) {
                return earlier(wanted, key, earlier.get());
            }
            mine = true;
        } finally {
            if (!mine) {
                underWay.remove(id);
                shares.giveBack(id);
            }
        }
        make(plan, token).whenComplete((made, failure) -> {
            underWay.remove(id);
            if (failure == null) {
                result.complete(made);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** How many its workspace may have. */
    private int most(Environment environment) {
        return (int) Math.min(Integer.MAX_VALUE, shares.environments().bound(environment.workspace()));
    }

    /** The database counts too, and what it says is what holds. */
    private void requirePlace(Environment environment, boolean isThere) {
        if (!isThere) {
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "There are " + most(environment) + " environments in this workspace; delete one first")
                    .withHeader("Retry-After", "60");
        }
    }

    private CompletionStage<Provisioned> make(Plan plan, ExecuteToken token) {
        Environment environment = plan.environment();
        LOG.log(Level.INFO, "Environment {0} is provisioned for {1}", new Object[] {
            environment.id(), environment.workspace()
        });
        if (plan.base().isPresent()) {
            return start(environment, plan.task(), plan.base().get()).thenApply(ready -> new Provisioned(ready, token));
        }
        build(environment, plan.task()).whenComplete((ready, failure) -> {
            if (failure != null) {
                Failures.log(LOG, Level.FINE, failure, () -> "Environment " + environment.id() + " was not built");
            }
        });
        return CompletableFuture.completedFuture(new Provisioned(environment, token));
    }

    private CompletionStage<Environment> start(Environment environment, TaskDefinition task, BaseImage base) {
        return settled(environment, dispatcher.provision(environment, task, base));
    }

    /** Pulls the image first. */
    private CompletionStage<Environment> build(Environment environment, TaskDefinition task) {
        ImageRef image = ((Image.Oci) task.sandbox().image()).ref();
        CompletionStage<Boolean> made = dispatcher
                .pull(environment.workspace(), image)
                .thenCompose(lease -> {
                    BaseImage base = BaseImage.of(lease.image());
                    Environment built = environment.madeFrom(base);
                    try (lease) {
                        if (!environments.build(built)) {
                            return CompletableFuture.completedFuture(false);
                        }
                    }
                    return dispatcher.provision(built, task, base);
                });
        return settled(environment, made);
    }

    private CompletionStage<Environment> settled(Environment environment, CompletionStage<Boolean> made) {
        long begun = System.nanoTime();
        return made.handle((done, failure) -> {
            Metrics.PROVISION.recordNanos(failure == null ? "ready" : "failed", System.nanoTime() - begun);
            return settle(environment, failure);
        });
    }

    private Environment settle(Environment environment, @Nullable Throwable failure) {
        shares.settled(environment.id());
        if (failure != null) {
            throw failed(environment, failure);
        }
        if (!environments.makeReady(environment.id())) {
            throw NotProvisioned.deleted();
        }
        return environment.with(Status.of(EnvironmentState.READY));
    }

    /** Marks an environment failed that nothing came of, so that its key is free for the next try. */
    private ApiException failed(Environment environment, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (SandboxException.isInterrupted(cause)) {
            // Nothing is known to be wrong with it. The next server ends it, says so, and frees its key.
            LOG.log(Level.INFO, "Environment {0} is left as it is: the server stops", environment.id());
            return NotProvisioned.serverStops();
        }
        NotProvisioned why = NotProvisioned.because(cause);
        boolean failed = environments.fail(environment.id(), why.reason());
        keys.release(environment.id());
        if (!failed) {
            // What was wrong with it is that it was taken away.
            return NotProvisioned.deleted();
        }
        if (why.isOurs()) {
            Failures.log(LOG, Level.WARNING, cause, () -> "Environment " + environment.id() + " can't be provisioned");
        }
        return why.told();
    }
}
