package dev.sandlot.image;

import java.nio.file.Path;
import java.util.List;

/**
 * An image that is here, ready for use.
 *
 * @param digest of its manifest; names it
 * @param layers folders, the uppermost first
 * @param defaults what it says of commands
 */
public record StoredImage(String digest, List<Path> layers, ImageDefaults defaults) {
    public StoredImage {
        layers = List.copyOf(layers);
    }
}
