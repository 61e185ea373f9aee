package dev.sandlot.environment;

import static java.util.stream.Collectors.joining;

import dev.sandlot.image.ImageDefaults;
import dev.sandlot.image.StoredImage;
import dev.sandlot.task.TaskService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sandbox's root file system is made from.
 *
 * @param layers folders, the uppermost first; empty: the host's programs
 * @param digest of an image of a registry
 * @param defaults what the image says of commands
 */
record BaseImage(List<Path> layers, Optional<String> digest, ImageDefaults defaults) {
    private static final ImageDefaults NONE =
            new ImageDefaults(Map.of(), Optional.empty(), Optional.empty(), List.of());

    BaseImage {
        layers = List.copyOf(layers);
    }

    static BaseImage host() {
        return new BaseImage(List.of(), Optional.empty(), NONE);
    }

    static BaseImage directory(Path path) {
        return new BaseImage(List.of(path), Optional.empty(), NONE);
    }

    /** A service that names no command is run by what the image starts by itself, if it does. */
    TaskService completed(TaskService service) {
        return service.command().isPresent() || defaults.start().isEmpty()
                ? service
                : service.runBy("exec "
                        + defaults.start().stream().map(BaseImage::quoted).collect(joining(" ")));
    }

    /** A word of shell text that means itself (POSIX, Shell Command Language, 2.2.2). */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    static BaseImage of(StoredImage image) {
        return new BaseImage(image.layers(), Optional.of(image.digest()), image.defaults());
    }
}
