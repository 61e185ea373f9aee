package dev.sandlot.environment;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskScript;
import dev.sandlot.task.TaskService;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An environment as it is stored.
 *
 * @param taskRef the task's full reference, with the version that was resolved
 * @param expiresAt when its lifetime is over
 * @param endedAt when it reached its last state
 * @param verification the task's, as JSON
 * @param error why it failed, in a sentence for its owner
 * @param tokenHash SHA-256 of its execute token
 * @param commandEnv variables of every command
 * @param secretIds of the operator's secrets that its commands get
 * @param teardown to be run before its end
 * @param commandUser who commands run as; null: root
 * @param services servers that run in it
 * @param image digest of the image that it is made from; null: none of a registry, or not known yet
 * @param memoryBytes the most that its sandbox may use
 */
public record Environment(
        UUID id,
        WorkspaceId workspace,
        String taskRef,
        EnvironmentState state,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant endedAt,
        @Nullable String instruction,
        @Nullable String verification,
        @Nullable String projectId,
        @Nullable String error,
        String tokenHash,
        Map<String, String> commandEnv,
        @Nullable String commandUser,
        List<String> secretIds,
        @Nullable TaskScript teardown,
        List<TaskService> services,
        @Nullable String image,
        String createdBy,
        long memoryBytes) {
    public Environment {
        secretIds = List.copyOf(secretIds);
        services = List.copyOf(services);
    }

    /** The state as of {@code now}: what has outlived its time is torn down, whether somebody has got to it or not. */
    public EnvironmentState stateAt(Instant now) {
        return !state.isTerminal() && !now.isBefore(expiresAt) ? EnvironmentState.TORN_DOWN : state;
    }

    /** Throws CONFLICT, which says the state, for one in which nothing can be done now. */
    public void requireReady(Instant now) {
        EnvironmentState current = stateAt(now);
        if (current != EnvironmentState.READY) {
            throw new ApiException(ErrorType.CONFLICT, "The environment is " + current.word() + ", not ready");
        }
    }

    /** The same in that state, made from that image: the task's own words count more than the image's. */
    Environment madeFrom(BaseImage base, EnvironmentState next) {
        Map<String, String> env = new HashMap<>(base.defaults().env());
        env.putAll(commandEnv);
        return new Environment(
                id,
                workspace,
                taskRef,
                next,
                createdAt,
                expiresAt,
                endedAt,
                instruction,
                verification,
                projectId,
                error,
                tokenHash,
                env,
                commandUser != null ? commandUser : base.defaults().user().orElse(null),
                secretIds,
                teardown,
                services.stream().map(base::completed).toList(),
                base.digest().orElse(null),
                createdBy,
                memoryBytes);
    }

    /** Its sandbox. */
    public SandboxId sandbox() {
        return new SandboxId(id);
    }
}
