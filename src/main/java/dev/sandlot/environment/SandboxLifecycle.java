package dev.sandlot.environment;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.task.TaskDefinition;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * The steps of a sandbox's life, each on the thread of whoever calls: it is created, prepared for its first command,
 * and its teardown script is run. What they wait for has bounds of its own; {@code @Timeout} is the backstop and lies
 * behind all of them.
 */
@Singleton
public class SandboxLifecycle {
    private static final int CREATE_SECONDS = 60;
    /** A sandbox's files, the longest script, the slowest service. */
    private static final int PREPARE_SECONDS = 540;

    private final SandboxBackend backend;
    private final EnvironmentRepository repository;
    private final LifecycleHooks hooks;
    private final EnvironmentServices services;

    @Inject
    public SandboxLifecycle(
            SandboxBackend backend,
            EnvironmentRepository repository,
            LifecycleHooks hooks,
            EnvironmentServices services) {
        this.backend = backend;
        this.repository = repository;
        this.hooks = hooks;
        this.services = services;
    }

    /** Makes its sandbox, unless it is not to have one any more: CONFLICT then. */
    @Timeout(value = CREATE_SECONDS, unit = ChronoUnit.SECONDS)
    boolean create(Environment environment, SandboxSpec sandbox) throws SandboxException {
        requireWanted(environment);
        backend.create(sandbox);
        return true;
    }

    private void requireWanted(Environment environment) {
        if (repository
                .find(environment.id())
                .filter(stored -> !stored.state().isTerminal())
                .isEmpty()) {
            throw NotProvisioned.deleted();
        }
    }

    /** Whether something is to be done in its sandbox before it is ready. */
    static boolean hasPreparation(Environment environment, TaskDefinition task) {
        return LifecycleHooks.isNeeded(environment, task)
                || !environment.services().isEmpty();
    }

    /** Runs the hooks before the first command, and starts the services. */
    @Timeout(value = PREPARE_SECONDS, unit = ChronoUnit.SECONDS)
    boolean prepare(Environment environment, TaskDefinition task) throws SandboxException, PreparationException {
        requireWanted(environment);
        hooks.prepare(environment, task);
        services.start(environment);
        return true;
    }

    /** Runs the teardown script of an environment that has one. */
    @Timeout(value = PREPARE_SECONDS, unit = ChronoUnit.SECONDS)
    boolean runTeardown(Environment environment) throws SandboxException {
        hooks.runTeardown(environment);
        return true;
    }
}
