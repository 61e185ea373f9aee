package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.request.Paging;
import dev.sandlot.request.RequestId;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.task.Placeholders;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskDefinition.Image;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.jspecify.annotations.Nullable;

/** What can be done with environments. The only class that moves them from state to state. */
@Singleton
public class Environments {
    private static final Logger LOG = Logger.getLogger(Environments.class.getName());
    private static final Jsonb JSON = JsonbBuilder.create();

    private final EnvironmentRepository repository;
    private final SandboxBackend backend;
    private final Provisioner provisioner;
    private final EnvironmentConfig config;
    private final Clock clock;

    @Inject
    public Environments(
            EnvironmentRepository repository,
            SandboxBackend backend,
            Provisioner provisioner,
            EnvironmentConfig config,
            Clock clock) {
        this.repository = repository;
        this.backend = backend;
        this.provisioner = provisioner;
        this.config = config;
        this.clock = clock;
    }

    /** A new environment with the secret that nobody gets to see again. */
    public record Provisioned(Environment environment, ExecuteToken token) {}

    /** Makes one from a task; completes when it is ready, or with why it is not. */
    CompletionStage<Provisioned> provision(
            Caller caller, WorkspaceId workspace, TaskDefinition task, ProvisionRequest request) {
        ExecuteToken token = ExecuteToken.create();
        Environment environment = describe(caller, workspace, task, request, token);
        if (!repository.insert(environment, config.perWorkspace())) {
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "There are " + config.perWorkspace() + " environments in this workspace; delete one first")
                    .withHeader("Retry-After", "60");
        }
        repository.addEvent(environment.id(), environment.createdAt(), "provisioning " + environment.taskRef());
        LOG.log(Level.INFO, "{0}Environment {1} is provisioned for {2}", new Object[] {
            RequestId.tag(), environment.id(), workspace
        });
        String requestId = RequestId.current();
        return start(specFor(environment, task)).handle((made, failure) -> {
            RequestId.set(requestId);
            try {
                return new Provisioned(settle(environment, failure), token);
            } finally {
                RequestId.set(null);
            }
        });
    }

    private CompletionStage<Boolean> start(SandboxSpec spec) {
        try {
            return provisioner.provision(spec);
        } catch (SandboxException | RuntimeException notStarted) {
            return CompletableFuture.failedFuture(notStarted);
        }
    }

    private Environment describe(
            Caller caller, WorkspaceId workspace, TaskDefinition task, ProvisionRequest request, ExecuteToken token) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Duration wanted = request.lifetime().orElse(config.lifetimeDefault());
        Duration lifetime = wanted.compareTo(config.lifetimeMax()) > 0 ? config.lifetimeMax() : wanted;
        Map<String, String> values = new HashMap<>(task.variables());
        values.putAll(request.inputs());
        String org = request.taskRef().org().map(name -> name + "/").orElse("");
        return new Environment(
                UUID.randomUUID(),
                workspace,
                org + task.name() + "@" + task.version(),
                EnvironmentState.PROVISIONING,
                now,
                now.plus(lifetime),
                null,
                Placeholders.fill(task.instruction(), values),
                JSON.toJson(task.verification()),
                request.projectId(),
                null,
                token.hash(),
                task.env(),
                task.user().orElse(null),
                caller.subject());
    }

    private SandboxSpec specFor(Environment environment, TaskDefinition task) {
        List<Path> layers = task.image() instanceof Image.Directory directory ? List.of(directory.path()) : List.of();
        return new SandboxSpec(
                environment.sandbox(),
                layers,
                task.workdir(),
                config.limitsFor(task.limits()),
                Duration.between(environment.createdAt(), environment.expiresAt()));
    }

    private Environment settle(Environment environment, @Nullable Throwable failure) {
        if (failure == null && repository.move(environment.id(), EnvironmentState.READY, clock.instant(), null)) {
            repository.addEvent(environment.id(), clock.instant(), "ready");
            return require(environment.workspace(), environment.id());
        }
        if (failure == null) {
            destroySandbox(environment.id());
            throw new ApiException(ErrorType.CONFLICT, "The environment was deleted while it was provisioned");
        }
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        LOG.log(
                Level.WARNING,
                cause,
                () -> RequestId.tag() + "Environment " + environment.id() + " can't be provisioned");
        fail(environment.id(), "The sandbox could not be made");
        if (cause instanceof BulkheadException) {
            throw new ApiException(ErrorType.RATE_LIMITED, "Too many environments are being provisioned; try again")
                    .withHeader("Retry-After", "1");
        }
        throw new ApiException(
                ErrorType.BAD_GATEWAY, "The environment was not made: the sandbox runtime failed; try again");
    }

    /** The environment of that id in that workspace; NOT_FOUND for one that does not exist and for somebody else's. */
    public Environment require(WorkspaceId workspace, UUID id) {
        return repository
                .find(id)
                .filter(environment -> environment.workspace().equals(workspace))
                .orElseThrow(() -> ApiException.notFound("environment"));
    }

    /** A page of the workspace's. */
    EnvironmentRepository.Page list(WorkspaceId workspace, Set<EnvironmentState> states, Paging paging) {
        reapExpired();
        return repository.list(workspace, states, paging.offset(), paging.limit());
    }

    /** Ends it and all that runs in it. Idempotent, and possible in every state. */
    public void tearDown(UUID id) {
        if (repository.move(id, EnvironmentState.TORN_DOWN, clock.instant(), null)) {
            repository.addEvent(id, clock.instant(), "torn down");
            LOG.log(Level.INFO, "{0}Environment {1} is torn down", new Object[] {RequestId.tag(), id});
        }
        destroySandbox(id);
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
