package dev.sandlot.task;

import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskDefinition.Origin;
import dev.sandlot.task.TaskMetadata.Text;
import java.util.Locale;
import java.util.Optional;

/**
 * What lists tell and search of a version, without what may be large in it.
 *
 * @param image of a registry; empty: another
 * @param metadata without its large parts
 * @param searchable name, description and the beginning of the instruction, in small letters
 */
record TaskSummary(
        TaskId id,
        Origin origin,
        boolean isPublic,
        Optional<ImageRef> image,
        TaskMetadata metadata,
        String searchable) {
    private static final int SEARCHABLE_MAX = 4096;

    static TaskSummary of(TaskDefinition task) {
        return new TaskSummary(
                task.id(),
                task.origin(),
                task.isPublic(),
                task.sandbox().image() instanceof Image.Oci oci ? Optional.of(oci.ref()) : Optional.empty(),
                task.metadata().light(),
                searchable(task));
    }

    private static String searchable(TaskDefinition task) {
        String description = task.metadata().text(Text.DESCRIPTION);
        String text = task.id().name() + "\n" + (description == null ? "" : description) + "\n";
        String instruction = task.assignment().instruction();
        String beginning = instruction.substring(0, Math.min(instruction.length(), SEARCHABLE_MAX));
        String all = (text + beginning).toLowerCase(Locale.ROOT);
        return all.substring(0, Math.min(all.length(), SEARCHABLE_MAX));
    }
}
