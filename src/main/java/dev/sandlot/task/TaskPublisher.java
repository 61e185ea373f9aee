package dev.sandlot.task;

import dev.sandlot.auth.Caller;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.request.JsonBody;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Publishes task versions. One that is known never changes. */
@Singleton
public class TaskPublisher {
    private static final int DEFINITION_MAX = 1 << 20;

    private final TaskCatalogue catalogue;
    private final PublishedTasks published;
    private final PublishPolicy policy;
    private final Clock clock;

    @Inject
    public TaskPublisher(TaskCatalogue catalogue, PublishedTasks published, PublishPolicy policy, Clock clock) {
        this.catalogue = catalogue;
        this.published = published;
        this.policy = policy;
        this.clock = clock;
    }

    /** A version, and whether it is new. */
    record Published(TaskDefinition task, boolean isNew) {}

    /** Reads what is to be published; what is wrong with it is collected. */
    TaskDefinition read(Caller caller, JsonBody body, Faults faults) {
        String definition = body.canonical();
        if (definition.length() > DEFINITION_MAX) {
            faults.badValue("Must be at most " + DEFINITION_MAX + " characters", "body");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        TaskDefinition task = PublishedTasks.read(definition, now, caller.subject(), faults);
        policy.check(task, faults);
        return task;
    }

    /** Throws ALREADY_EXISTS when the version is known with other content. */
    Published publish(TaskDefinition task, JsonBody body) {
        Optional<TaskDefinition> known = catalogue.find(task.key(), task.version());
        if (known.isEmpty() && published.insert(task, body.canonical())) {
            catalogue.add(task);
            return new Published(task, true);
        }
        // Another server may have published it this very moment.
        TaskDefinition theOne = known.or(() -> published.find(task))
                .orElseThrow(() -> new IllegalStateException("a published version can't be read"));
        if (!theOne.sha256().equals(task.sha256())) {
            throw new ApiException(
                    ErrorType.ALREADY_EXISTS,
                    "Version " + task.version() + " is published with other content; give it a new version");
        }
        return new Published(theOne, false);
    }
}
