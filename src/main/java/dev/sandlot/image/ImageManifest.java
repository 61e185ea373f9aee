package dev.sandlot.image;

import java.util.List;

/**
 * What an image consists of.
 *
 * @param digest of the manifest itself
 * @param config digest of its configuration
 * @param layers the lowermost first
 */
record ImageManifest(String digest, Blob config, List<Blob> layers) {
    ImageManifest {
        layers = List.copyOf(layers);
    }

    /** A digest without its algorithm: a name for a file or a folder. */
    static String hash(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }

    /** A piece of content: its digest, {@code sha256:…}, and how many bytes it says it has. */
    record Blob(String digest, long size) {
        Blob {
            if (size < 0) {
                throw new IllegalArgumentException("a blob of " + size + " bytes");
            }
        }

        String hash() {
            return ImageManifest.hash(digest);
        }
    }
}
