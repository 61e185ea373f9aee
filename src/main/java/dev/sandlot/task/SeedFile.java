package dev.sandlot.task;

/**
 * A file that an environment begins with.
 *
 * @param path absolute, without {@code ..}
 * @param mode permissions in octal (chmod(1))
 */
public record SeedFile(String path, String content, String mode) {
    static final String MODE_DEFAULT = "0644";
}
