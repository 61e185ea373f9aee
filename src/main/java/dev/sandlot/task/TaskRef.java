package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller asks for: {@code [org/]name[@version]}.
 *
 * @param org empty: the caller's own first, then the operator's and those whose word counts
 * @param version empty: the highest
 */
public record TaskRef(Optional<String> org, String name, Optional<TaskVersion> version) {
    /** The word that stands for the highest version. */
    public static final String LATEST = "latest";

    private static final int TEXT_MAX = 256;
    private static final Pattern FORM =
            Pattern.compile("(?:(" + WorkspaceId.SLUG + ")/)?(" + TaskId.NAME + ")(?:@(.+))?");

    /** Whether that is a name and nothing more. */
    static boolean isName(String text) {
        return parse(text).filter(ref -> ref.name().equals(text)).isPresent();
    }

    /** Empty for text that is no reference. */
    public static Optional<TaskRef> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > TEXT_MAX || !form.matches()) {
            return Optional.empty();
        }
        String version = form.group(3) == null ? LATEST : form.group(3);
        if (!version.equals(LATEST) && !TaskVersion.isVersion(version)) {
            return Optional.empty();
        }
        return Optional.of(new TaskRef(
                Optional.ofNullable(form.group(1)),
                form.group(2),
                version.equals(LATEST) ? Optional.empty() : Optional.of(TaskVersion.parse(version))));
    }
}
