package dev.sandlot.environment;

import dev.sandlot.image.ImageException;
import dev.sandlot.image.ImageRef;
import dev.sandlot.image.Images;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.task.TaskDefinition;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.faulttolerance.Asynchronous;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Timeout;

/** Makes sandboxes ready for commands, and ends them: a few at once, more wait in a line of bounded length. */
@Singleton
public class Provisioner {
    private static final int AT_ONCE = 16;
    private static final int PULLS_AT_ONCE = 4;
    private static final int WAITING = 1000;
    /** A sandbox, its files, the longest script, the slowest service. */
    private static final int TIMEOUT_SECONDS = 540;

    private final SandboxBackend backend;
    private final Preparation preparation;
    private final EnvironmentPlanner planner;
    private final Images images;
    private final EnvironmentServices services;

    @Inject
    public Provisioner(
            SandboxBackend backend,
            Preparation preparation,
            EnvironmentPlanner planner,
            Images images,
            EnvironmentServices services) {
        this.backend = backend;
        this.preparation = preparation;
        this.planner = planner;
        this.images = images;
        this.services = services;
    }

    /** Completes when the image is here, with the right to it; fails with ImageException or BulkheadException. */
    @Asynchronous
    @Bulkhead(value = PULLS_AT_ONCE, waitingTaskQueue = WAITING)
    public CompletionStage<Images.Lease> pull(ImageRef image) throws ImageException {
        return CompletableFuture.completedFuture(images.pull(image));
    }

    /**
     * Completes when the environment can be used; fails with SandboxException, PreparationException, BulkheadException or
     * TimeoutException.
     */
    @Asynchronous
    @Bulkhead(value = AT_ONCE, waitingTaskQueue = WAITING)
    @Timeout(value = TIMEOUT_SECONDS, unit = ChronoUnit.SECONDS)
    public CompletionStage<Boolean> provision(Environment environment, TaskDefinition task, BaseImage base)
            throws SandboxException, PreparationException {
        backend.create(planner.sandbox(environment, task, base));
        preparation.prepare(environment, task);
        services.start(environment);
        return CompletableFuture.completedFuture(true);
    }

    /** Runs the teardown script of an environment that has one. */
    @Asynchronous
    @Bulkhead(value = AT_ONCE, waitingTaskQueue = WAITING)
    @Timeout(value = TIMEOUT_SECONDS, unit = ChronoUnit.SECONDS)
    public CompletionStage<Boolean> finish(Environment environment) throws SandboxException {
        preparation.finish(environment);
        return CompletableFuture.completedFuture(true);
    }
}
