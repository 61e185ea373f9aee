package dev.sandlot.environment;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.image.ImageDefaults;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskScript;
import dev.sandlot.task.TaskService;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An environment as it is stored. No two of its parts are of one type, so that none can be taken for another.
 *
 * @param tokenHash SHA-256 of its execute token
 * @param services servers that run in it
 * @param teardown to be run before its end
 */
public record Environment(
        UUID id,
        Owner owner,
        Assignment assignment,
        Status status,
        Lifetime lifetime,
        String tokenHash,
        Commands commands,
        Resources resources,
        List<TaskService> services,
        @Nullable TaskScript teardown) {
    public Environment {
        services = List.copyOf(services);
    }

    /**
     * Whose an environment is.
     *
     * @param createdBy the caller who asked for it
     * @param projectId the caller's own word for what it belongs to
     */
    public record Owner(
            WorkspaceId workspace,
            String createdBy,
            @Nullable String projectId) {}

    /**
     * What is to be done in an environment.
     *
     * @param taskRef the task's full reference, with the version that was resolved
     * @param instruction the task's, with its placeholders filled in
     * @param verification the task's, as a JSON object
     */
    public record Assignment(
            String taskRef,
            @Nullable String instruction,
            @Nullable String verification) {
        public Assignment {
            if (verification != null && !verification.startsWith("{")) {
                throw new IllegalArgumentException("a verification is a JSON object");
            }
        }
    }

    /**
     * Where an environment is in its life.
     *
     * @param endedAt when it reached its last state
     * @param error why it failed, in a sentence for its owner
     */
    public record Status(
            EnvironmentState state,
            @Nullable Instant endedAt,
            @Nullable String error) {
        public Status {
            if (endedAt != null && !state.isTerminal()) {
                throw new IllegalArgumentException("no end: " + state);
            }
            if (error != null && state != EnvironmentState.FAILED) {
                throw new IllegalArgumentException("no failure: " + state);
            }
        }

        /** The status of one that has not ended. */
        public static Status of(EnvironmentState state) {
            return new Status(state, null, null);
        }
    }

    /** The time that an environment has, whatever becomes of it. */
    public record Lifetime(Instant createdAt, Instant expiresAt) {
        public Lifetime {
            if (expiresAt.isBefore(createdAt)) {
                throw new IllegalArgumentException("an end at " + expiresAt + " before the start at " + createdAt);
            }
        }

        /** The time from its beginning to its end. */
        Duration length() {
            return Duration.between(createdAt, expiresAt);
        }

        private boolean isOver(Instant now) {
            return !now.isBefore(expiresAt);
        }
    }

    /**
     * What every command of an environment gets.
     *
     * @param user who runs it; null: root
     * @param secretIds of the operator's secrets
     */
    public record Commands(
            Map<String, String> env, @Nullable String user, List<String> secretIds) {
        public Commands {
            env = Map.copyOf(env);
            secretIds = List.copyOf(secretIds);
        }

        /** These commands on an image that says something of them, too: what is said here counts more. */
        private Commands over(ImageDefaults image) {
            Map<String, String> all = new HashMap<>(image.env());
            all.putAll(env);
            return new Commands(all, user != null ? user : image.user().orElse(null), secretIds);
        }
    }

    /**
     * What an environment holds of this server beside its services.
     *
     * @param image digest of the image that it is made from; null: none of a registry, or not known yet
     * @param memoryBytes the most that its sandbox may use
     */
    public record Resources(@Nullable String image, long memoryBytes) {
        public Resources {
            if (memoryBytes < 0) {
                throw new IllegalArgumentException("less than nothing: " + memoryBytes);
            }
        }
    }

    public WorkspaceId workspace() {
        return owner.workspace();
    }

    /** Whoever takes a share of something for it. */
    public Tenant tenant() {
        return Tenant.of(workspace(), id);
    }

    /** The state that is stored; see {@link #stateAt}. */
    public EnvironmentState state() {
        return status.state();
    }

    /** The state as of {@code now}: what has outlived its time is torn down, whether somebody has got to it or not. */
    public EnvironmentState stateAt(Instant now) {
        return !state().isTerminal() && lifetime.isOver(now) ? EnvironmentState.TORN_DOWN : state();
    }

    /** Throws CONFLICT, which says the state, for one in which nothing can be done now. */
    public void requireReady(Instant now) {
        EnvironmentState current = stateAt(now);
        if (current != EnvironmentState.READY) {
            throw new ApiException(ErrorType.CONFLICT, "The environment is " + current.word() + ", not ready");
        }
    }

    /** The environment, made from that image and provisioned now: the task's own words count more than the image's. */
    Environment madeFrom(BaseImage base) {
        return new Environment(
                id,
                owner,
                assignment,
                Status.of(EnvironmentState.PROVISIONING),
                lifetime,
                tokenHash,
                commands.over(base.defaults()),
                new Resources(base.digest().orElse(null), resources.memoryBytes()),
                services.stream().map(base::completed).toList(),
                teardown);
    }

    /** The environment as that step has left it. */
    Environment with(Status made) {
        return new Environment(
                id, owner, assignment, made, lifetime, tokenHash, commands, resources, services, teardown);
    }

    /** The name of its sandbox. */
    public SandboxId sandbox() {
        return new SandboxId(id);
    }
}
