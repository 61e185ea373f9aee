package dev.sandlot.environment;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Budget;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Paging;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.service.ServiceSupervisor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The environments: what can be done with them. No other class moves them from state to state. */
@Singleton
public class Environments {
    private static final Logger LOG = ServerLog.of(Environments.class);

    private final EnvironmentRepository repository;
    private final SandboxBackend backend;
    private final EnvironmentDispatcher dispatcher;
    private final ServiceSupervisor services;
    private final EnvironmentShares shares;
    private final Clock clock;
    /** Environments whose last script runs, waits to be run, or may be about to: how many say so. */
    private final ConcurrentMap<UUID, Integer> ending = new ConcurrentHashMap<>();

    @Inject
    public Environments(
            EnvironmentRepository repository,
            SandboxBackend backend,
            EnvironmentDispatcher dispatcher,
            ServiceSupervisor services,
            EnvironmentShares shares,
            Clock clock) {
        this.repository = repository;
        this.backend = backend;
        this.dispatcher = dispatcher;
        this.services = services;
        this.shares = shares;
        this.clock = clock;
    }

    /** Goes on with an environment whose image is here; false when it is not to be made any more. */
    boolean build(Environment built) {
        return repository.move(built.id(), Transition.built(built));
    }

    /** Opens an environment whose sandbox stands; false, and no sandbox, when it is not to have one any more. */
    boolean makeReady(UUID id) {
        boolean moved = repository.move(id, Transition.ready(), clock.instant(), "ready");
        if (!moved) {
            destroySandbox(id);
        }
        return moved;
    }

    /** The environment of that id in that workspace; NOT_FOUND for one that does not exist and for somebody else's. */
    public Environment require(WorkspaceId workspace, UUID id) {
        return repository
                .find(id)
                .filter(environment -> environment.workspace().equals(workspace))
                .orElseThrow(() -> ApiException.notFound("environment"));
    }

    /** The same, for those who need its own token too; FORBIDDEN for one that is not. */
    public Environment require(WorkspaceId workspace, UUID id, ExecuteToken token) {
        Environment environment = require(workspace, id);
        if (!token.matches(environment.tokenHash())) {
            // Who comes so far knows that the environment is there.
            throw new ApiException(ErrorType.FORBIDDEN, "The environment token is wrong");
        }
        return environment;
    }

    /** The environment of that id, whoever's it is: for those whose right to it is its own token. */
    public Optional<Environment> find(UUID id) {
        return repository.find(id);
    }

    /**
     * Has it live so long from now on. The sandbox is told first: it may outlive its environment, and is ended then.
     *
     * @throws ApiException CONFLICT unless it is ready
     */
    Environment extend(Environment environment, Duration lifetime) {
        Instant now = clock.instant();
        environment.requireReady(now);
        try {
            backend.extend(environment.sandbox(), lifetime);
        } catch (SandboxException broken) {
            Failures.log(
                    LOG, Level.WARNING, broken, () -> "The sandbox " + environment.id() + " was not told to live on");
            throw new ApiException(ErrorType.BAD_GATEWAY, "The sandbox runtime failed; try again");
        }
        if (!repository.extend(environment.id(), now.plus(lifetime), now)) {
            throw new ApiException(ErrorType.CONFLICT, "The environment has ended meanwhile");
        }
        return require(environment.workspace(), environment.id());
    }

    /** A page of the workspace's. */
    public EnvironmentRepository.Page list(WorkspaceId workspace, Set<EnvironmentState> states, Paging paging) {
        repository.expired(clock.instant(), workspace).forEach(this::tearDown);
        return repository.list(workspace, states, paging.offset(), paging.limit());
    }

    /** A page of all tenants'. */
    public EnvironmentRepository.Page listAll(Set<EnvironmentState> states, Paging paging) {
        return repository.listAll(states, paging.offset(), paging.limit());
    }

    /**
     * Ends it and all that runs in it: none of that lives on return. Idempotent, and possible in every state. No command
     * begins in it from now on; where it has a teardown script, its sandbox ends after that. What the sandbox has of the
     * host besides is cleared away behind, in turn.
     */
    public void tearDown(UUID id) {
        Optional<Environment> known = repository.find(id);
        if (leadsToScript(id)) {
            return;
        }
        if (known.isPresent() && endSandbox(id)) {
            destroyBehind(known.get());
        } else {
            destroySandbox(id);
        }
    }

    private void destroyBehind(Environment environment) {
        UUID id = environment.id();
        dispatcher.end(environment.workspace(), () -> destroySandbox(id)).whenComplete((done, failure) -> {
            if (failure != null) {
                // The reconciler comes to it.
                Failures.log(LOG, Level.FINE, failure, () -> "The sandbox " + id + " is not destroyed yet");
            }
        });
    }

    /** Torn down from now on; true when its sandbox is still needed, for its last script. */
    private boolean leadsToScript(UUID id) {
        Optional<Environment> finishing = repository
                .find(id)
                .filter(environment -> environment.state() == EnvironmentState.READY)
                .filter(environment -> environment.teardown() != null);
        finishing.ifPresent(environment -> ending.merge(id, 1, Integer::sum));
        boolean begun = false;
        try {
            // Of several at once one moves it, and sees to the script; until then all say that it may be needed.
            if (moveToTornDown(id) && finishing.isPresent()) {
                dispatcher.runTeardown(finishing.get()).whenComplete((done, failure) -> teardownEnded(id, failure));
                begun = true;
            }
        } finally {
            if (finishing.isPresent() && !begun) {
                noLongerEnding(id);
            }
        }
        return isEnding(id);
    }

    private boolean moveToTornDown(UUID id) {
        Instant now = clock.instant();
        boolean moved = repository.move(id, Transition.tornDown(now), now, "torn down");
        if (moved) {
            LOG.log(Level.INFO, "Environment {0} is torn down", id);
        }
        return moved;
    }

    private void noLongerEnding(UUID id) {
        ending.computeIfPresent(id, (same, count) -> oneLess(count));
    }

    private static @Nullable Integer oneLess(int count) {
        return count > 1 ? count - 1 : null;
    }

    private void teardownEnded(UUID id, @Nullable Throwable failure) {
        if (SandboxException.isInterrupted(failure)) {
            // The next server finds its sandbox, and that nobody wants it.
            LOG.log(Level.INFO, "The server stops while the teardown script of {0} runs", id);
            noLongerEnding(id);
            return;
        }
        try {
            if (failure != null) {
                Failures.log(
                        LOG, Level.INFO, failure, () -> "The teardown script of " + id + " did not run to its end");
                repository.addEvent(
                        id, clock.instant(), "teardown script did not run to its end: " + whySkipped(failure));
            }
        } finally {
            noLongerEnding(id);
            destroySandbox(id);
        }
    }

    private static String whySkipped(Throwable failure) {
        if (failure instanceof PreparationException || failure instanceof ApiException) {
            return String.valueOf(failure.getMessage());
        }
        return failure instanceof RejectedExecutionException
                ? "there was no thread for it"
                : "the sandbox ended, or did not answer";
    }

    /** Whether the last script of an environment runs, or may: its sandbox is still needed then. */
    boolean isEnding(UUID id) {
        return ending.containsKey(id);
    }

    /** Ends an environment that is broken: nothing runs in it any more. False: it had ended before. */
    public boolean fail(UUID id, String reason) {
        Instant now = clock.instant();
        boolean failed = repository.move(id, Transition.failed(now, reason), now, "failed: " + reason);
        if (failed) {
            LOG.log(Level.WARNING, "Environment {0} has failed: {1}", new Object[] {id, reason});
        }
        destroySandbox(id);
        return failed;
    }

    /**
     * Ends what runs in the sandbox of an environment; it holds no share of this server from then on. False when that
     * can't be done in this way now.
     */
    private boolean endSandbox(UUID id) {
        services.forget(new SandboxId(id));
        try {
            backend.end(new SandboxId(id));
            shares.gone(id);
            return true;
        } catch (SandboxException stays) {
            // It is destroyed all the same, and what then stands against that is told.
            Failures.log(LOG, Level.FINE, stays, () -> "The sandbox " + id + " could not be ended yet");
            return false;
        }
    }

    /** Destroys the sandbox of an environment: nothing of it is left on return, unless that can't be done yet. */
    void destroySandbox(UUID id) {
        services.forget(new SandboxId(id));
        try {
            backend.destroy(new SandboxId(id));
            shares.gone(id);
        } catch (SandboxException stays) {
            // The reconciler comes back to it.
            Failures.log(LOG, Level.WARNING, stays, () -> "The sandbox " + id + " could not be destroyed yet");
        }
    }

    /** Tears down all whose lifetime is over; their sandboxes end in turn. */
    void reapExpired() {
        for (UUID id : repository.expired(clock.instant())) {
            Optional<Environment> expired = repository.find(id);
            if (expired.isPresent() && !leadsToScript(id)) {
                destroyBehind(expired.get());
            }
        }
    }

    /**
     * Counts what lives, and nothing else.
     *
     * @param living environments
     * @param existing those that have a sandbox
     */
    void count(Collection<Environment> living, Set<UUID> existing) {
        shares.reconcile(living, id -> existing.contains(id) || isWanted(id));
    }

    /** How many environments tenants have, and may have. */
    public Budget budget() {
        return shares.environments();
    }

    /** Whether it is to have a sandbox. */
    boolean isWanted(UUID id) {
        return isEnding(id)
                || repository
                        .find(id)
                        .filter(environment -> !environment.state().isTerminal())
                        .isPresent();
    }
}
