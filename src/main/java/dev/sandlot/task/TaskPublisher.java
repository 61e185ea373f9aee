package dev.sandlot.task;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Publishes task versions, and removes them. One that is known never changes. */
@Singleton
class TaskPublisher {
    private static final int DEFINITION_MAX = 1 << 20;

    private final TaskCatalogue catalogue;
    private final PublishedTasks published;
    private final PublishPolicy policy;
    private final TaskUses uses;
    private final Clock clock;

    @Inject
    TaskPublisher(TaskCatalogue catalogue, PublishedTasks published, PublishPolicy policy, TaskUses uses, Clock clock) {
        this.catalogue = catalogue;
        this.published = published;
        this.policy = policy;
        this.uses = uses;
        this.clock = clock;
    }

    /** A version, and whether it is new. */
    record Published(TaskDefinition task, boolean isNew) {}

    /** Throws FORBIDDEN for what the caller's roles do not reach: a task for everybody, or one beside the built-in ones. */
    void requireAllowed(Caller caller, String org, JsonBody body) {
        boolean isPublic = Boolean.TRUE.equals(body.members().get("is_public"));
        if (isPublic && !caller.hasRole(Role.TASKS_PUBLISH_PUBLIC)) {
            throw new ApiException(
                    ErrorType.FORBIDDEN, "A public task takes the role " + Role.TASKS_PUBLISH_PUBLIC + ", or admin");
        }
        if (org.equals(TaskCatalogue.BUILT_IN_ORG)) {
            throw new ApiException(ErrorType.FORBIDDEN, "The organization " + org + " is that of the built-in tasks");
        }
    }

    /** What is to be published, and the text that is stored of it. */
    record Draft(TaskDefinition task, String definition) {}

    /** Reads what is to be published; what is wrong with it is collected. Throws at once for what is too long to be. */
    Draft read(Caller caller, JsonBody body, Faults faults) {
        String definition = body.canonical();
        if (definition.length() > DEFINITION_MAX) {
            faults.badValue("Must be at most " + DEFINITION_MAX + " characters", "body");
            faults.throwIfAny();
        }
        Instant now = clock.instant();
        TaskDefinition task = PublishedTasks.read(definition, now, caller.subject(), faults);
        policy.check(task, faults);
        return new Draft(task, definition);
    }

    /** Throws ALREADY_EXISTS when the version is known with other content, CONFLICT when its organization has no room. */
    Published publish(Draft draft) {
        TaskDefinition task = draft.task();
        Optional<TaskDefinition> known = find(task.id());
        if (known.isEmpty() && published.insert(task, draft.definition())) {
            return new Published(task, true);
        }
        // Somebody else may have published it this very moment; or nobody can read it any more.
        return known.or(() -> find(task.id()))
                .filter(one -> one.origin().sha256().equals(task.origin().sha256()))
                .map(one -> new Published(one, false))
                .orElseThrow(() -> new ApiException(
                        ErrorType.ALREADY_EXISTS,
                        "Version " + task.id().version() + " is published with other content; give it a new version"));
    }

    /** Has a task seen by everybody, or by its organization alone. Throws NOT_FOUND when none of it is published. */
    void show(String org, String name, boolean toAll) {
        if (!published.show(org, name, toAll)) {
            throw ApiException.notFound("published task");
        }
    }

    private Optional<TaskDefinition> find(TaskId id) {
        return catalogue.find(id.org(), id.name(), id.version());
    }

    /**
     * Removes a version; its number is free again. Throws NOT_FOUND when there is none, CONFLICT for the operator's own,
     * and for one in use unless an admin asks.
     */
    void remove(Caller caller, TaskId id) {
        Optional<TaskDefinition> known = find(id);
        if (known.isPresent() && known.get().isOperators()) {
            throw new ApiException(ErrorType.CONFLICT, "This task comes from the operator's files; remove it there");
        }
        boolean isUsed = known.isPresent() && uses.isUsed(known.get());
        if (isUsed && !caller.hasRole(Role.ADMIN)) {
            throw new ApiException(
                    ErrorType.CONFLICT, "An environment of this version lives; delete it first, or ask an admin");
        }
        if (!published.delete(id)) {
            throw ApiException.notFound("task");
        }
    }
}
