package dev.sandlot.task;

import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Described;
import dev.sandlot.task.TaskDefinition.Image;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What lists tell and search of a version, without what may be large in it.
 *
 * @param image of a registry; empty: another
 * @param described without its large parts
 * @param sha256 of the definition
 * @param size of the definition, in bytes
 * @param createdBy who published it; empty for the operator's
 * @param searchable name, description and the beginning of the instruction, in small letters
 */
record TaskSummary(
        String org,
        String name,
        TaskVersion version,
        boolean isPublic,
        Optional<ImageRef> image,
        Described described,
        String sha256,
        long size,
        Instant changedAt,
        Optional<String> createdBy,
        String searchable) {
    private static final int SEARCHABLE_MAX = 4096;

    static TaskSummary of(TaskDefinition task) {
        return new TaskSummary(
                task.org(),
                task.name(),
                task.version(),
                task.isPublic(),
                task.image() instanceof Image.Oci oci ? Optional.of(oci.ref()) : Optional.empty(),
                task.described().light(),
                task.sha256(),
                task.size(),
                task.changedAt(),
                task.createdBy(),
                searchable(task));
    }

    private static String searchable(TaskDefinition task) {
        String description = task.described().description();
        String text = task.name() + "\n" + (description == null ? "" : description) + "\n";
        String beginning =
                task.instruction().substring(0, Math.min(task.instruction().length(), SEARCHABLE_MAX));
        String all = (text + beginning).toLowerCase(Locale.ROOT);
        return all.substring(0, Math.min(all.length(), SEARCHABLE_MAX));
    }

    /** {@code org/name}, under which its versions are gathered. */
    String key() {
        return org + "/" + name;
    }
}
