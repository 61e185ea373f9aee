package dev.sandlot.task;

import dev.sandlot.task.TaskMetadata.Text;
import jakarta.json.bind.annotation.JsonbNillable;
import org.jspecify.annotations.Nullable;

/** What a person reads of a task's newest version: what it is about, and what is to be done. */
@JsonbNillable
public record TaskTextView(
        String name, String version, @Nullable String readme, String instruction) {
    static TaskTextView of(TaskDefinition task) {
        return new TaskTextView(
                task.id().name(),
                task.id().version().toString(),
                task.metadata().text(Text.DESCRIPTION),
                task.assignment().instruction());
    }
}
