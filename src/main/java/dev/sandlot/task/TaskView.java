package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.image.Images;
import dev.sandlot.task.TaskDefinition.Origin;
import dev.sandlot.task.TaskMetadata.Part;
import dev.sandlot.task.TaskMetadata.Text;
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
        UUID organizationId,
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

    /** A task without what may be large in it. */
    static TaskView of(TaskSummary task, Images.Status image) {
        return of(task, null, image, false);
    }

    private static TaskView of(
            TaskSummary task, @Nullable TaskDefinition whole, Images.Status image, boolean withSolution) {
        TaskMetadata metadata = whole == null ? task.metadata() : whole.metadata();
        Origin origin = task.origin();
        return new TaskView(
                UUID.nameUUIDFromBytes(task.id().toString().getBytes(StandardCharsets.UTF_8)),
                task.id().name(),
                task.id().version().toString(),
                task.id().org(),
                WorkspaceId.orgId(task.id().org()),
                task.isPublic(),
                origin.changedAt(),
                origin.changedAt(),
                origin.sha256(),
                origin.size(),
                image.word(),
                "sandlot",
                whole == null ? null : whole.assignment().instruction(),
                metadata.text(Text.DESCRIPTION),
                metadata.text(Text.DIFFICULTY),
                metadata.tags(),
                metadata.text(Text.AUTHOR),
                metadata.text(Text.LICENSE),
                metadata.text(Text.REPOSITORY),
                metadata.text(Text.SOURCE),
                metadata.part(Part.PORTS),
                metadata.part(Part.PROVISION),
                metadata.part(Part.TEARDOWN),
                whole == null ? null : whole.assignment().verification(),
                origin.createdBy().orElse(null),
                withSolution ? metadata.part(Part.SOLUTION) : null);
    }
}
