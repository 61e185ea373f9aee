package dev.sandlot.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;

/**
 * Names an image of a registry, as {@code docker pull} does: {@code debian:12}, {@code ghcr.io/o/name@sha256:…}.
 *
 * @param registry host, and port where it is not the default
 * @param repository the image's path in the registry
 * @param qualifier a tag or a digest
 */
public record ImageRef(String registry, String repository, String qualifier) {
    /** More than any registry takes. Longer text is not looked at: the pattern of references recurses with it. */
    private static final int LENGTH_MAX = 512;

    /**
     * Reads a reference; without a tag it means {@code latest}, without a registry Docker Hub.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ImageRef parse(String text) {
        requireShort(text);
        try {
            ImageReference reference = ImageReference.parse(text);
            ImageRef ref = new ImageRef(reference.getRegistry(), reference.getRepository(), reference.getQualifier());
            requireShort(ref.toString());
            return ref;
        } catch (InvalidImageReferenceException malformed) {
            throw new IllegalArgumentException("not a reference of an image: " + text, malformed);
        }
    }

    private static void requireShort(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("a reference of an image has at most " + LENGTH_MAX + " characters");
        }
    }

    /** A registry as references have it: Docker Hub has two names, of which one is used within. */
    public static String registryNamed(String name) {
        return parse(name.strip() + "/library/any").registry();
    }

    /** What the content must be, where the reference says that. */
    Optional<String> digest() {
        return ImageReference.isValidDigest(qualifier) ? Optional.of(qualifier) : Optional.empty();
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (digest().isPresent() ? "@" : ":") + qualifier;
    }
}
