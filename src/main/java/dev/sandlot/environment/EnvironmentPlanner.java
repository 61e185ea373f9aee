package dev.sandlot.environment;

import dev.sandlot.admission.WorkGate;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.image.ImageException;
import dev.sandlot.image.Images;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.task.Placeholders;
import dev.sandlot.task.PublishPolicy;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskDefinition.Image;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The plans of environments, made before anything of them is there: the record that is going to be stored, and the
 * sandbox that is going to be created.
 */
@Singleton
class EnvironmentPlanner {
    private static final Jsonb JSON = JsonbBuilder.create();
    private static final String WORKDIR = "/workspace";
    private static final int INSTRUCTION_MAX = 1 << 20;

    private final Images images;
    private final PublishPolicy policy;
    private final EnvironmentConfig config;
    private final WorkGate gate;
    private final Clock clock;

    @Inject
    EnvironmentPlanner(Images images, PublishPolicy policy, EnvironmentConfig config, WorkGate gate, Clock clock) {
        this.images = images;
        this.policy = policy;
        this.config = config;
        this.gate = gate;
        this.clock = clock;
    }

    /**
     * What is wanted, as it is going to be stored; {@code lease} holds its image until then.
     *
     * @param base what it is made from; empty: an image that must be pulled first
     */
    record Plan(Environment environment, TaskDefinition task, Optional<BaseImage> base, Optional<Images.Lease> lease)
            implements AutoCloseable {
        @Override
        public void close() {
            lease.ifPresent(Images.Lease::close);
        }
    }

    /** Throws RATE_LIMITED while the server takes no new work. */
    Plan plan(WantedEnvironment wanted, ExecuteToken token) {
        gate.requireOpen();
        policy.requireAllowed(wanted.task());
        Environment environment = describe(wanted, token);
        Optional<Images.Lease> lease = find(wanted.task().sandbox().image());
        Optional<BaseImage> base =
                lease.map(Images.Lease::image).map(BaseImage::of).or(() -> local(wanted.task()));
        return new Plan(base.map(image -> environment.madeFrom(image)).orElse(environment), wanted.task(), base, lease);
    }

    private Optional<Images.Lease> find(Image image) {
        try {
            return image instanceof Image.Oci oci ? images.find(oci.ref()) : Optional.empty();
        } catch (ImageException broken) {
            throw new ApiException(ErrorType.BAD_GATEWAY, "The environment was not made: " + broken.getMessage());
        }
    }

    private static Optional<BaseImage> local(TaskDefinition task) {
        if (task.sandbox().image() instanceof Image.Directory directory) {
            return Optional.of(BaseImage.directory(directory.path()));
        }
        return task.sandbox().image() instanceof Image.Host ? Optional.of(BaseImage.host()) : Optional.empty();
    }

    private Environment describe(WantedEnvironment wanted, ExecuteToken token) {
        TaskDefinition task = wanted.task();
        ProvisionRequest request = wanted.request();
        Instant now = clock.instant();
        Duration asked = request.lifetime().orElse(config.lifetimeDefault());
        Duration lifetime = asked.compareTo(config.lifetimeMax()) > 0 ? config.lifetimeMax() : asked;
        UUID id = UUID.randomUUID();
        return new Environment(
                id,
                new Owner(wanted.workspace(), wanted.caller().subject(), request.projectId()),
                new Assignment(
                        task.id().toString(),
                        instruction(id, wanted),
                        JSON.toJson(task.assignment().verification())),
                Status.of(EnvironmentState.BUILDING),
                new Lifetime(now, now.plus(lifetime)),
                token.hash(),
                new Commands(task.commands().env(), task.commands().user().orElse(null), request.secretIds()),
                new Resources(null, config.limitsFor(task.sandbox().limits()).memoryBytes()),
                task.services(),
                task.teardown().orElse(null));
    }

    private static String instruction(UUID id, WantedEnvironment wanted) {
        TaskDefinition task = wanted.task();
        Map<String, String> values = new HashMap<>(ServiceUrl.variables(id, task.services(), wanted.base()));
        values.putAll(task.assignment().variables());
        values.putAll(wanted.request().inputs());
        Optional<String> filled = Placeholders.fill(task.assignment().instruction(), values, INSTRUCTION_MAX);
        if (filled.isEmpty()) {
            Faults faults = new Faults();
            faults.badValue(
                    "Must not make the instruction longer than " + INSTRUCTION_MAX + " characters", "body", "inputs");
            faults.throwIfAny();
        }
        return filled.orElseThrow();
    }

    /** The sandbox of an environment whose image is here. */
    SandboxSpec sandbox(Environment environment, TaskDefinition task, BaseImage base) throws PreparationException {
        return new SandboxSpec(
                environment.sandbox(),
                base.layers(),
                task.commands().workdir().or(base.defaults()::workdir).orElse(WORKDIR),
                config.limitsFor(task.sandbox().limits()),
                lifetime(environment),
                EgressPlanner.plan(task),
                task.commands().user().or(base.defaults()::user));
    }

    /** A sandbox has its environment's lifetime, and past it the time that the last script may take. */
    private static Duration lifetime(Environment environment) {
        Duration lifetime = environment.lifetime().length();
        return environment.teardown() == null
                ? lifetime
                : lifetime.plus(environment.teardown().timeout());
    }
}
