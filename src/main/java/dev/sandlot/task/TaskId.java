package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import java.util.regex.Pattern;

/** One version of one organization's task, by its name: this and no other. */
public record TaskId(String org, String name, TaskVersion version) {
    /** What a task may be called. */
    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");

    public TaskId {
        if (!WorkspaceId.SLUG.matcher(org).matches() || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no task's name: " + org + "/" + name);
        }
    }

    /** {@code org/name}, under which a task's versions are gathered. */
    String key() {
        return org + "/" + name;
    }

    /** {@code org/name@version}. */
    @Override
    public String toString() {
        return key() + "@" + version;
    }
}
