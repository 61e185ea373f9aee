package dev.sandlot.task;

import java.util.Comparator;
import java.util.regex.Pattern;

/** A task's version, {@code MAJOR.MINOR.PATCH} as in Semantic Versioning without its suffixes. */
public record TaskVersion(int major, int minor, int patch) implements Comparable<TaskVersion> {
    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,8})(\\.(0|[1-9][0-9]{0,8})){2}");
    private static final Comparator<TaskVersion> ORDER = Comparator.comparingInt(TaskVersion::major)
            .thenComparingInt(TaskVersion::minor)
            .thenComparingInt(TaskVersion::patch);

    /** True for text that {@link #parse} takes. */
    public static boolean isVersion(String text) {
        return FORM.matcher(text).matches();
    }

    /** Throws IllegalArgumentException for anything else. */
    public static TaskVersion parse(String text) {
        if (!isVersion(text)) {
            throw new IllegalArgumentException("Must be MAJOR.MINOR.PATCH");
        }
        String[] parts = text.split("\\.", -1);
        return new TaskVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public int compareTo(TaskVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
