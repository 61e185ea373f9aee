package dev.sandlot.task;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A file that an environment begins with.
 *
 * @param path absolute, without {@code ..}
 * @param mode permissions in octal (chmod(1))
 */
public record SeedFile(String path, String content, String mode) {
    static final String MODE_DEFAULT = "0644";

    private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");

    private static final int PATH_MAX = 1024;

    public SeedFile {
        if (!isPath(path) || !isMode(mode)) {
            throw new IllegalArgumentException("no file: " + path + " " + mode);
        }
    }

    /** Whether those are permissions. */
    static boolean isMode(String text) {
        return MODE.matcher(text).matches();
    }

    /**
     * Whether that is an absolute path that means itself. Without control characters, for it is told in logs; looked at as
     * text, for what a path may be to this JVM depends on the host's locale.
     */
    static boolean isPath(String text) {
        return text.startsWith("/")
                && text.length() <= PATH_MAX
                && text.chars().noneMatch(Character::isISOControl)
                && Arrays.stream(text.split("/", -1)).noneMatch(part -> part.equals("..") || part.equals("."));
    }
}
