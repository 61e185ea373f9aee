package dev.sandlot.image;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Where images come from and how much room they get.
 *
 * @param folder in which they are kept
 * @param mirrors by registry: what is asked first
 * @param credentials a file as {@code docker login} writes it (config.json)
 * @param imageLimit bytes of one image, unpacked
 * @param cacheLimit bytes of all images; what is in use stays beyond that
 * @param pullTimeout for one image
 */
public record ImageConfig(
        Path folder,
        Map<String, String> mirrors,
        Optional<Path> credentials,
        long imageLimit,
        long cacheLimit,
        Duration pullTimeout) {
    public ImageConfig {
        mirrors = Map.copyOf(mirrors);
        if (imageLimit < 1 || cacheLimit < imageLimit) {
            throw new IllegalArgumentException(
                    "SANDLOT_IMAGE_LIMIT_MIB must be at least 1 and at most SANDLOT_IMAGE_CACHE_MIB");
        }
        if (pullTimeout.toSeconds() < 1) {
            throw new IllegalArgumentException("SANDLOT_IMAGE_PULL_SECONDS must be at least 1");
        }
    }

    /** Reads the settings. */
    public static ImageConfig from(Config config) {
        return new ImageConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class))
                        .toAbsolutePath()
                        .normalize()
                        .resolve("images"),
                mirrors(config.getOptionalValues("sandlot.registry.mirrors", String.class)
                        .orElse(List.of())),
                config.getOptionalValue("sandlot.registry.credentials", String.class)
                        .map(Path::of),
                config.getOptionalValue("sandlot.image.limit.mib", Long.class).orElse(10_240L) << 20,
                config.getOptionalValue("sandlot.image.cache.mib", Long.class).orElse(40_960L) << 20,
                Duration.ofSeconds(config.getOptionalValue("sandlot.image.pull.seconds", Long.class)
                        .orElse(600L)));
    }

    private static Map<String, String> mirrors(List<String> entries) {
        Map<String, String> mirrors = new HashMap<>();
        for (String entry : entries) {
            String[] parts = entry.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IllegalArgumentException("SANDLOT_REGISTRY_MIRRORS must be registry=mirror,…: " + entry);
            }
            mirrors.put(ImageRef.registryNamed(parts[0]), parts[1].strip());
        }
        return mirrors;
    }

    /** HTTP without TLS is for what never leaves this host. */
    static boolean mayBePlain(String server) {
        String host = server.replaceFirst(":[0-9]+$", "");
        try {
            boolean isAddress = host.matches("[0-9.]+|\\[.*]");
            return host.equals("localhost")
                    || (isAddress && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException malformed) {
            return false;
        }
    }
}
