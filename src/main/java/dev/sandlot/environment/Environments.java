package dev.sandlot.environment;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.request.Paging;
import dev.sandlot.request.RequestId;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.service.ServiceSupervisor;
import dev.sandlot.task.TaskScript;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What can be done with environments. The only class that moves them from state to state. */
@Singleton
public class Environments {
    private static final Logger LOG = Logger.getLogger(Environments.class.getName());

    private final EnvironmentRepository repository;
    private final SandboxBackend backend;
    private final Provisioner provisioner;
    private final ServiceSupervisor services;
    private final Clock clock;
    private final Set<UUID> ending = ConcurrentHashMap.newKeySet();

    @Inject
    public Environments(
            EnvironmentRepository repository,
            SandboxBackend backend,
            Provisioner provisioner,
            ServiceSupervisor services,
            Clock clock) {
        this.repository = repository;
        this.backend = backend;
        this.provisioner = provisioner;
        this.services = services;
        this.clock = clock;
    }

    /** Its sandbox stands; false when it is not to have one any more. */
    boolean makeReady(UUID id) {
        boolean moved = repository.move(id, EnvironmentState.READY, clock.instant(), null);
        if (moved) {
            repository.addEvent(id, clock.instant(), "ready");
        } else {
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

    /** The environment of that id, whoever's it is: for those whose right to it is its own token. */
    public Optional<Environment> find(UUID id) {
        return repository.find(id);
    }

    /** A page of the workspace's. */
    EnvironmentRepository.Page list(WorkspaceId workspace, Set<EnvironmentState> states, Paging paging) {
        reapExpired();
        return repository.list(workspace, states, paging.offset(), paging.limit());
    }

    /**
     * Ends it and all that runs in it. Idempotent, and possible in every state. No command begins in it from now on; where
     * it has a teardown script, its sandbox ends after that.
     */
    public void tearDown(UUID id) {
        Optional<TaskScript> script = repository
                .find(id)
                .filter(environment -> environment.state() == EnvironmentState.READY)
                .map(Environment::teardown);
        boolean mine = script.isPresent() && ending.add(id);
        boolean moved = repository.move(id, EnvironmentState.TORN_DOWN, clock.instant(), null);
        if (moved) {
            repository.addEvent(id, clock.instant(), "torn down");
            LOG.log(Level.INFO, "{0}Environment {1} is torn down", new Object[] {RequestId.tag(), id});
        }
        if (moved && mine) {
            finish(id);
            return;
        }
        if (mine) {
            ending.remove(id);
        }
        if (!isEnding(id)) {
            destroySandbox(id);
        }
    }

    private void finish(UUID id) {
        try {
            Environment environment = repository.find(id).orElseThrow();
            provisioner.finish(environment).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.log(Level.WARNING, failure, () -> "The teardown script of " + id + " failed");
                }
                ending.remove(id);
                destroySandbox(id);
            });
        } catch (SandboxException | RuntimeException notStarted) {
            LOG.log(Level.WARNING, notStarted, () -> "The teardown script of " + id + " did not run");
            ending.remove(id);
            destroySandbox(id);
        }
    }

    /** Its last script runs: the sandbox is still needed. */
    boolean isEnding(UUID id) {
        return ending.contains(id);
    }

    /** Its sandbox is broken: nothing runs in it any more. */
    public void fail(UUID id, String reason) {
        if (repository.move(id, EnvironmentState.FAILED, clock.instant(), reason)) {
            repository.addEvent(id, clock.instant(), "failed: " + reason);
            LOG.log(Level.WARNING, "{0}Environment {1} has failed: {2}", new Object[] {RequestId.tag(), id, reason});
        }
        destroySandbox(id);
    }

    private void destroySandbox(UUID id) {
        services.forget(new SandboxId(id));
        try {
            backend.destroy(new SandboxId(id));
        } catch (SandboxException stays) {
            // The reconciler comes back to it.
            LOG.log(Level.WARNING, stays, () -> "The sandbox " + id + " could not be destroyed yet");
        }
    }

    /** Tears down all whose lifetime is over. */
    void reapExpired() {
        repository.expired(clock.instant()).forEach(this::tearDown);
    }
}
