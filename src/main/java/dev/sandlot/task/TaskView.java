package dev.sandlot.task;

import dev.sandlot.image.Images;
import dev.sandlot.task.TaskDefinition.Described;
import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task on the wire. */
@JsonbNillable
public record TaskView(
        UUID id,
        String name,
        String version,
        String orgKey,
        @JsonbProperty("is_public") boolean isPublic,
        Instant createdAt,
        Instant updatedAt,
        @JsonbProperty("sha256") String sha256,
        long fileSize,
        String templateStatus,
        String sandboxProvider,
        @Nullable String instruction,
        @Nullable String description,
        @Nullable String difficulty,
        List<String> tags,
        @Nullable String author,
        @Nullable String license,
        @Nullable String repository,
        @Nullable String source,
        @Nullable Object ports,
        @Nullable Object provision,
        @Nullable Object teardown,
        @Nullable Map<String, Object> verification,
        @Nullable String createdBy,
        @JsonbNillable(false) @Nullable Object solution) {

    /**
     * @param image how far its image is
     * @param withSolution for the owner's authors only
     */
    static TaskView of(TaskDefinition task, Images.Status image, boolean withSolution) {
        return of(TaskSummary.of(task), task, image, withSolution);
    }

    /** Without what may be large. */
    static TaskView of(TaskSummary task, Images.Status image) {
        return of(task, null, image, false);
    }

    private static TaskView of(
            TaskSummary task, @Nullable TaskDefinition whole, Images.Status image, boolean withSolution) {
        Described described = whole == null ? task.described() : whole.described();
        return new TaskView(
                UUID.nameUUIDFromBytes((task.key() + "@" + task.version()).getBytes(StandardCharsets.UTF_8)),
                task.name(),
                task.version().toString(),
                task.org(),
                task.isPublic(),
                task.changedAt(),
                task.changedAt(),
                task.sha256(),
                task.size(),
                image.word(),
                "sandlot",
                whole == null ? null : whole.instruction(),
                described.description(),
                described.difficulty(),
                described.tags(),
                described.author(),
                described.license(),
                described.repository(),
                described.source(),
                described.ports(),
                described.provision(),
                described.teardown(),
                whole == null ? null : whole.verification(),
                task.createdBy().orElse(null),
                withSolution ? described.solution() : null);
    }
}
