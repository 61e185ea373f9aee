package dev.sandlot.task;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person reads of a task; Sandlot acts on none of it.
 *
 * @param texts those that the task has
 * @param tags words by which it is found
 * @param parts what is shown as it stands in the definition, and may be large
 */
public record TaskMetadata(Map<Text, String> texts, List<String> tags, Map<Part, Object> parts) {
    /** The metadata of a task that has none. */
    public static final TaskMetadata NONE = new TaskMetadata(Map.of(), List.of(), Map.of());

    public TaskMetadata {
        texts = Map.copyOf(texts);
        tags = List.copyOf(tags);
        parts = Map.copyOf(parts);
    }

    /** The texts that there are, by the names that they have in a definition, in the database and on the wire. */
    public enum Text {
        DESCRIPTION(4096),
        DIFFICULTY(256),
        AUTHOR(256),
        LICENSE(256),
        REPOSITORY(1024),
        SOURCE(1024);

        private final int charactersMax;

        Text(int charactersMax) {
            this.charactersMax = charactersMax;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The most characters that it may have. */
        int charactersMax() {
            return charactersMax;
        }
    }

    /** The parts that there are, by the names that they have in a definition and on the wire. */
    public enum Part {
        PORTS,
        PROVISION,
        TEARDOWN,
        SOLUTION;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The text of that name; null when the task has none. */
    @Nullable
    String text(Text which) {
        return texts.get(which);
    }

    /** The part of that name; null when the task has none. */
    @Nullable
    Object part(Part which) {
        return parts.get(which);
    }

    /** The metadata without the parts that may be large. */
    TaskMetadata light() {
        return new TaskMetadata(texts, tags, Map.of());
    }
}
