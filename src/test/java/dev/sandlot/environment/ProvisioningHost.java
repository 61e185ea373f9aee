package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import dev.sandlot.admission.WorkGate;
import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.environment.EnvironmentProvisioner.Provisioned;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.idempotency.WatchedKeys;
import dev.sandlot.image.ImageConfig;
import dev.sandlot.image.ImageRef;
import dev.sandlot.image.Images;
import dev.sandlot.quota.Quotas;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.service.ServiceProbe;
import dev.sandlot.service.ServiceSupervisor;
import dev.sandlot.task.PublishPolicy;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskDefinition.Assignment;
import dev.sandlot.task.TaskDefinition.Commands;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskDefinition.Origin;
import dev.sandlot.task.TaskDefinition.Sandbox;
import dev.sandlot.task.TaskDefinition.Setup;
import dev.sandlot.task.TaskId;
import dev.sandlot.task.TaskLimits;
import dev.sandlot.task.TaskMetadata;
import dev.sandlot.task.TaskNetwork;
import dev.sandlot.task.TaskRef;
import dev.sandlot.task.TaskScript;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import dev.sandlot.task.TaskVersion;
import dev.sandlot.worker.Workers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** All that makes and ends environments, on sandboxes that are names only. */
public final class ProvisioningHost implements AutoCloseable {
    static final Bounds MANY = new Bounds(Bounds.NONE, 256, 512, 1024);

    public final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    public final FakeSandboxBackend backend = new FakeSandboxBackend();
    final EnvironmentConfig config;
    public final EnvironmentRepository repository;
    public final WatchedKeys keys;
    final EnvironmentShares shares;
    public final Environments environments;
    public final Secrets secrets;
    public final ServiceSupervisor supervisor;
    final Reconciler reconciler;
    private final MemoryDatabase database = MemoryDatabase.open();
    public final WorkGate gate = new WorkGate(database.jdbi());
    private final AtomicReference<Runnable> beforeMove = new AtomicReference<>(() -> {});
    private final AtomicReference<Runnable> betweenLooks = new AtomicReference<>(() -> {});
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final EnvironmentProvisioner provisioner;

    public ProvisioningHost(Path folder) throws IOException {
        this(folder, MANY, 1 << 20, UnaryOperator.identity());
    }

    ProvisioningHost(Path folder, Bounds environmentBounds, long memoryMib, UnaryOperator<Executor> executor)
            throws IOException {
        Workers workers = new Workers(executor.apply(threads));
        config = new EnvironmentConfig(
                Duration.ofHours(1),
                Duration.ofHours(2),
                Duration.ofDays(1),
                environmentBounds,
                MANY,
                memoryMib,
                new SandboxLimits(512 << 20, 1000, 64, 1 << 30, 64),
                Optional.empty(),
                Optional.empty());
        repository = new EnvironmentRepository(database.jdbi()) {
            @Override
            public List<Environment> living() {
                List<Environment> living = super.living();
                look();
                return living;
            }

            @Override
            public boolean move(UUID id, Transition step) {
                beforeMove.getAndSet(() -> {}).run();
                return super.move(id, step);
            }

            @Override
            public boolean move(UUID id, Transition step, Instant at, String message) {
                beforeMove.getAndSet(() -> {}).run();
                return super.move(id, step, at, message);
            }
        };
        backend.afterList(this::look);
        keys = new WatchedKeys(database.jdbi(), clock);
        shares = new EnvironmentShares(config, new Quotas());
        ImageConfig images = new ImageConfig(
                folder.resolve("images"), Map.of(), Optional.empty(), 1 << 20, 1 << 20, Duration.ofMinutes(5));
        Images store = Images.open(images, clock, false, path -> {});
        secrets = new Secrets(config);
        supervisor = new ServiceSupervisor(backend, workers, clock);
        EnvironmentServices services = new EnvironmentServices(
                supervisor, new ServiceProbe(backend, supervisor, clock), repository, secrets, clock);
        PublishPolicy policy = new PublishPolicy(List.of(), false, config.limits(), List.of(), 1000, 1 << 20);
        EnvironmentPlanner planner = new EnvironmentPlanner(store, policy, config, gate, clock);
        SandboxLifecycle lifecycle = new SandboxLifecycle(
                backend, repository, new LifecycleHooks(backend, repository, secrets, clock), services);
        EnvironmentDispatcher dispatcher = new EnvironmentDispatcher(lifecycle, planner, store, workers, clock);
        environments = new Environments(repository, backend, dispatcher, supervisor, shares, clock);
        reconciler = new Reconciler(environments, repository, backend, store, config, clock);
        provisioner = new EnvironmentProvisioner(environments, repository, keys, planner, dispatcher, shares);
    }

    /** The database that everything is in. */
    public Jdbi jdbi() {
        return database.jdbi();
    }

    /** An environment of a plain task in that workspace, ready. */
    public Environment ready(String workspace) throws Exception {
        return provision(workspace, Task.PLAIN).get(60, TimeUnit.SECONDS);
    }

    /** An environment with its token. */
    public record Made(Environment environment, ExecuteToken token) {}

    /** One with a service that runs {@code command} and listens on {@code port}, ready. */
    public Made readyWithService(String workspace, String name, String command, int port) throws Exception {
        TaskService service = new TaskService(
                name, Optional.of(command), port, Optional.empty(), Duration.ofMinutes(1), Restart.ALWAYS);
        Task task = new Task(Task.PLAIN.image, Optional.empty(), Optional.empty(), List.of(service));
        Provisioned made = provisioner
                .provision(wanted(workspace, task))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        return new Made(made.environment(), made.token());
    }

    static WorkspaceId workspace(String text) {
        String[] parts = text.split("/", -1);
        return new WorkspaceId(parts[0], parts[1]);
    }

    /** What a task has beside its name. */
    record Task(Image image, Optional<String> provision, Optional<String> teardown, List<TaskService> services) {
        static final Task PLAIN = new Task(new Image.Host(), Optional.empty(), Optional.empty(), List.of());

        static Task provisionedBy(String script) {
            return new Task(PLAIN.image, Optional.of(script), Optional.empty(), List.of());
        }

        static Task tornDownBy(String script) {
            return new Task(PLAIN.image, Optional.empty(), Optional.of(script), List.of());
        }

        static Task madeFrom(String image) {
            ImageRef ref = ImageRef.parse(image);
            return new Task(new Image.Oci(ref), Optional.empty(), Optional.empty(), List.of());
        }

        TaskDefinition definition() {
            return new TaskDefinition(
                    new TaskId("anybody", "task", TaskVersion.parse("1.0.0")),
                    new Origin("", 0, Instant.EPOCH, Optional.empty()),
                    true,
                    new Assignment("do it", Map.of(), Map.of()),
                    new Sandbox(image, new TaskLimits(null, null, null, null, null), TaskNetwork.NONE),
                    new Commands(Map.of(), Optional.empty(), Optional.empty()),
                    new Setup(List.of(), provision.map(text -> new TaskScript(text, Duration.ofMinutes(1)))),
                    services,
                    teardown.map(text -> new TaskScript(text, Duration.ofMinutes(1))),
                    TaskMetadata.NONE);
        }
    }

    private void look() {
        betweenLooks.getAndSet(() -> {}).run();
    }

    /** Does that once, right before the next change of an environment's state. */
    void beforeMove(Runnable work) {
        beforeMove.set(work);
    }

    /** Does that once, after what should be or what is has been looked at. */
    void betweenLooks(Runnable work) {
        betweenLooks.set(work);
    }

    /** Throws what a caller is told when it is refused at once. */
    CompletableFuture<Environment> provision(String workspace, Task task) {
        return provisioner
                .provision(wanted(workspace, task))
                .thenApply(Provisioned::environment)
                .toCompletableFuture();
    }

    /** As the next server does, to which all that is under way was an earlier one's. */
    void endUnfinished() {
        provisioner.endUnfinished();
    }

    /** The same, once for that key. */
    CompletableFuture<Provisioned> provisionOnce(String workspace, Task task, IdempotencyKey key) {
        return provisioner.provisionOnce(wanted(workspace, task), key).toCompletableFuture();
    }

    private static WantedEnvironment wanted(String workspace, Task task) {
        ProvisionRequest request =
                new ProvisionRequest(TaskRef.parse("task").orElseThrow(), Map.of(), null, List.of(), Optional.empty());
        return new WantedEnvironment(
                new Caller("tester", Set.of(), Set.of()),
                workspace(workspace),
                task.definition(),
                request,
                URI.create("http://127.0.0.1"));
    }

    /** All of a workspace, the newest first. */
    List<Environment> page(String workspace) {
        return repository.list(workspace(workspace), Set.of(), 0, 100).environments();
    }

    /** What happened to it, a line each. */
    List<String> log(UUID environment) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery("select message from environment_events where environment_id = ?")
                                .bind(0, environment)
                                .mapTo(String.class)
                                .list());
    }

    /** Returns when that is so, or fails after a minute. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        database.close();
    }
}
