package dev.sandlot.environment;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.FairLine;
import dev.sandlot.image.ImageRef;
import dev.sandlot.image.Images;
import dev.sandlot.log.Request;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The lines in which the work on environments waits for a thread: images are pulled, sandboxes made ready for commands,
 * teardown scripts run and sandboxes ended, so many at once, and in turns. What takes as long as a tenant likes stands
 * in lines of its own, in which no organization has all places: whoever has much to do waits for their own work. What
 * is at work when the server stops fails with a SandboxException INTERRUPTED.
 */
@Singleton
class EnvironmentDispatcher {
    /** A creation takes the processors some milliseconds, and nothing of a tenant runs meanwhile. */
    private static final Bounds CREATED_AT_ONCE = Bounds.ofServer(16);
    /** Files, scripts, probes, names that are looked up: each waits on a thread for up to nine minutes. */
    private static final Bounds PREPARED_AT_ONCE = new Bounds(Bounds.NONE, 64, 128, 256);
    /** A registry that says nothing holds a place for the time that a pull may take. */
    private static final Bounds PULLED_AT_ONCE = Bounds.ofServer(8);

    private static final Bounds FINISHED_AT_ONCE = new Bounds(Bounds.NONE, 16, 32, 64);
    private static final Bounds ENDED_AT_ONCE = Bounds.ofServer(16);
    /** Who waits here is an environment, and how many of those there are is bounded. */
    private static final Bounds WAITING = Bounds.UNBOUNDED;
    /** How long a teardown script waits for others of its own organization. */
    private static final Duration FINISH_PATIENCE = Duration.ofMinutes(10);

    private final SandboxLifecycle lifecycle;
    private final EnvironmentPlanner planner;
    private final Images images;
    private final Clock clock;
    private final FairLine creating;
    private final FairLine preparing;
    private final FairLine pulling;
    private final FairLine finishing;
    private final FairLine ending;

    @Inject
    EnvironmentDispatcher(
            SandboxLifecycle lifecycle, EnvironmentPlanner planner, Images images, Workers workers, Clock clock) {
        this.lifecycle = lifecycle;
        this.planner = planner;
        this.images = images;
        this.clock = clock;
        this.creating = new FairLine("environments that wait to be made", CREATED_AT_ONCE, WAITING, workers::execute);
        this.preparing =
                new FairLine("environments that wait to be prepared", PREPARED_AT_ONCE, WAITING, workers::execute);
        this.pulling = new FairLine("images that wait to be pulled", PULLED_AT_ONCE, WAITING, workers::execute);
        this.finishing =
                new FairLine("teardown scripts that wait to be run", FINISHED_AT_ONCE, WAITING, workers::execute);
        this.ending = new FairLine("environments that wait for their end", ENDED_AT_ONCE, WAITING, workers::execute);
    }

    /** Completes when the image is here, with the right to it; fails with ImageException. */
    CompletionStage<Images.Lease> pull(WorkspaceId workspace, ImageRef image) {
        return pulling.submit(workspace, unlessStopped("pull", () -> images.pull(image)));
    }

    /**
     * Completes when the environment can be used; fails with SandboxException, PreparationException, TimeoutException, or
     * ApiException when it is not to be made any more.
     */
    CompletionStage<Boolean> provision(Environment environment, TaskDefinition task, BaseImage base) {
        WorkspaceId workspace = environment.workspace();
        return plan(environment, task, base)
                .thenCompose(sandbox -> creating.submit(
                        workspace, unlessStopped("create", () -> lifecycle.create(environment, sandbox))))
                .thenCompose(made -> SandboxLifecycle.hasPreparation(environment, task)
                        ? preparing.submit(
                                workspace, unlessStopped("prepare", () -> lifecycle.prepare(environment, task)))
                        : CompletableFuture.completedFuture(made));
    }

    /** The names of a task's network may be a tenant's own, and slow to be found. */
    private CompletionStage<SandboxSpec> plan(Environment environment, TaskDefinition task, BaseImage base) {
        Callable<SandboxSpec> plan = () -> planner.sandbox(environment, task, base);
        if (task.sandbox().network().isOpen()) {
            return preparing.submit(environment.workspace(), unlessStopped("resolve", plan));
        }
        try {
            return CompletableFuture.completedFuture(plan.call());
        } catch (Exception failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /**
     * Completes when the teardown script of an environment that has one has run; fails with SandboxException,
     * TimeoutException, or PreparationException when it has waited in vain.
     */
    CompletionStage<Boolean> runTeardown(Environment environment) {
        Instant latest = clock.instant().plus(FINISH_PATIENCE);
        Callable<Boolean> script = () -> {
            if (clock.instant().isAfter(latest)) {
                throw new PreparationException("others of its organization took too long before it");
            }
            return lifecycle.runTeardown(environment);
        };
        return finishing.submit(environment.workspace(), unlessStopped("teardown", script));
    }

    /**
     * The same work, told to its request's trace by that name; what fails on a worker that was told to stop says nothing,
     * and is told apart from what failed.
     */
    private static <T> Callable<T> unlessStopped(String name, Callable<T> work) {
        return () -> {
            try {
                return Request.traced(name, work);
            } catch (Exception failure) {
                throw Thread.currentThread().isInterrupted() ? SandboxException.interrupted(failure) : failure;
            }
        };
    }

    /** Runs what ends an environment, in turn; completes when it has. */
    CompletionStage<Boolean> end(WorkspaceId workspace, Runnable end) {
        return ending.submit(workspace, () -> {
            end.run();
            return true;
        });
    }
}
