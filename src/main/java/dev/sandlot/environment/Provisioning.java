package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.idempotency.IdempotencyKeys.Earlier;
import dev.sandlot.idempotency.TokenSeal;
import dev.sandlot.request.RequestId;
import dev.sandlot.sandbox.SandboxException;
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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.jspecify.annotations.Nullable;

/** Makes environments from tasks. */
@Singleton
public class Provisioning {
    private static final Logger LOG = Logger.getLogger(Provisioning.class.getName());
    private static final Jsonb JSON = JsonbBuilder.create();

    private final Environments environments;
    private final EnvironmentRepository repository;
    private final IdempotencyKeys keys;
    private final Provisioner provisioner;
    private final EnvironmentConfig config;
    private final Clock clock;
    private final ConcurrentMap<UUID, CompletableFuture<Provisioned>> underWay = new ConcurrentHashMap<>();

    @Inject
    public Provisioning(
            Environments environments,
            EnvironmentRepository repository,
            IdempotencyKeys keys,
            Provisioner provisioner,
            EnvironmentConfig config,
            Clock clock) {
        this.environments = environments;
        this.repository = repository;
        this.keys = keys;
        this.provisioner = provisioner;
        this.config = config;
        this.clock = clock;
    }

    /** What a caller asks for, and where. */
    record Wanted(Caller caller, WorkspaceId workspace, TaskDefinition task, ProvisionRequest request) {}

    /** A new environment with the secret that nobody gets to see again. */
    record Provisioned(Environment environment, ExecuteToken token) {}

    /** Makes an environment; completes when it is ready, or with why it is not. */
    CompletionStage<Provisioned> provision(Wanted wanted) {
        ExecuteToken token = ExecuteToken.create();
        Environment environment = describe(wanted, token);
        if (!repository.insert(environment, config.perWorkspace())) {
            throw full();
        }
        return make(environment, wanted.task(), token);
    }

    /** The environment that was made under that key; makes it when there is none. */
    CompletionStage<Provisioned> provisionOnce(Wanted wanted, IdempotencyKey key) {
        Optional<Earlier> known = keys.find(key);
        return known.isPresent() ? earlier(wanted, key, known.get()) : claim(wanted, key);
    }

    private CompletionStage<Provisioned> earlier(Wanted wanted, IdempotencyKey key, Earlier earlier) {
        CompletableFuture<Provisioned> pending = underWay.get(earlier.subject());
        if (pending != null) {
            return pending;
        }
        ExecuteToken token = TokenSeal.open(String.valueOf(earlier.sealed()), earlier.subject(), key);
        Environment environment = environments.require(wanted.workspace(), earlier.subject());
        return CompletableFuture.completedFuture(new Provisioned(environment, token));
    }

    /** It is under way here before its key is stored: who finds the key finds it too. */
    private CompletionStage<Provisioned> claim(Wanted wanted, IdempotencyKey key) {
        ExecuteToken token = ExecuteToken.create();
        Environment environment = describe(wanted, token);
        UUID id = environment.id();
        CompletableFuture<Provisioned> result = new CompletableFuture<>();
        underWay.put(id, result);
        boolean mine = false;
        try {
            Optional<Earlier> earlier = keys.claim(key, id, TokenSeal.seal(token, id, key), handle -> {
                if (!repository.insert(handle, environment, config.perWorkspace())) {
                    throw full();
                }
            });
            if (earlier.isPresent()) {
                return earlier(wanted, key, earlier.get());
            }
            mine = true;
        } finally {
            if (!mine) {
                underWay.remove(id);
            }
        }
        make(environment, wanted.task(), token).whenComplete((made, failure) -> {
            underWay.remove(id);
            if (failure == null) {
                result.complete(made);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private ApiException full() {
        return new ApiException(
                        ErrorType.RATE_LIMITED,
                        "There are " + config.perWorkspace() + " environments in this workspace; delete one first")
                .withHeader("Retry-After", "60");
    }

    private CompletionStage<Provisioned> make(Environment environment, TaskDefinition task, ExecuteToken token) {
        LOG.log(Level.INFO, "{0}Environment {1} is provisioned for {2}", new Object[] {
            RequestId.tag(), environment.id(), environment.workspace()
        });
        String requestId = RequestId.current();
        return start(environment, task).handle((made, failure) -> {
            RequestId.set(requestId);
            try {
                return new Provisioned(settle(environment, failure), token);
            } finally {
                RequestId.set(null);
            }
        });
    }

    private CompletionStage<Boolean> start(Environment environment, TaskDefinition task) {
        try {
            return provisioner.provision(specFor(environment, task), environment, task);
        } catch (SandboxException | PreparationException | RuntimeException notStarted) {
            return CompletableFuture.failedFuture(notStarted);
        }
    }

    private Environment describe(Wanted wanted, ExecuteToken token) {
        TaskDefinition task = wanted.task();
        ProvisionRequest request = wanted.request();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Duration asked = request.lifetime().orElse(config.lifetimeDefault());
        Duration lifetime = asked.compareTo(config.lifetimeMax()) > 0 ? config.lifetimeMax() : asked;
        Map<String, String> values = new HashMap<>(task.variables());
        values.putAll(request.inputs());
        String org = request.taskRef().org().map(name -> name + "/").orElse("");
        return new Environment(
                UUID.randomUUID(),
                wanted.workspace(),
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
                request.secretIds(),
                task.teardown().orElse(null),
                wanted.caller().subject());
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
        if (failure != null) {
            throw failed(environment, failure);
        }
        if (!environments.makeReady(environment.id())) {
            throw new ApiException(ErrorType.CONFLICT, "The environment was deleted while it was provisioned");
        }
        return environments.require(environment.workspace(), environment.id());
    }

    /** Nothing came of it, so its key is free for the next try. */
    private ApiException failed(Environment environment, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        LOG.log(
                Level.WARNING,
                cause,
                () -> RequestId.tag() + "Environment " + environment.id() + " can't be provisioned");
        String reason = cause instanceof PreparationException known
                ? String.valueOf(known.getMessage())
                : "The sandbox could not be made";
        environments.fail(environment.id(), reason);
        keys.release(environment.id());
        if (cause instanceof BulkheadException) {
            return new ApiException(ErrorType.RATE_LIMITED, "Too many environments are being provisioned; try again")
                    .withHeader("Retry-After", "1");
        }
        if (cause instanceof PreparationException) {
            return new ApiException(ErrorType.BAD_GATEWAY, "The environment was not made: " + reason);
        }
        return new ApiException(
                ErrorType.BAD_GATEWAY, "The environment was not made: the sandbox runtime failed; try again");
    }
}
