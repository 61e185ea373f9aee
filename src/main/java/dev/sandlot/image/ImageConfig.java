package dev.sandlot.image;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

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
@Singleton
public record ImageConfig(
        Path folder,
        Map<String, String> mirrors,
        Optional<Path> credentials,
        long imageLimit,
        long cacheLimit,
        Duration pullTimeout)
        implements Configured {
    private static final Setting<Map<String, String>> MIRRORS = Setting.of(
            "sandlot.registry.mirrors",
            Kind.named("registry=mirror,…", ImageRef::registryNamed, mirror -> mirror),
            "",
            "what is asked before a registry");
    private static final Setting<Optional<Path>> CREDENTIALS =
            Setting.optional("sandlot.registry.credentials", Kind.path(), "", "a file as `docker login` writes it");
    private static final Setting<Long> IMAGE_LIMIT = Setting.of(
            "sandlot.image.limit.mib",
            Kind.mebibytes(1),
            "10240",
            "one image, unpacked; at most `SANDLOT_IMAGE_CACHE_MIB`");
    private static final Setting<Long> CACHE_LIMIT = Setting.of(
            "sandlot.image.cache.mib", Kind.mebibytes(1), "40960", "all images; those used longest ago go first");
    private static final Setting<Duration> PULL_TIMEOUT =
            Setting.of("sandlot.image.pull.seconds", Kind.seconds(1, 86_400), "600", "time for one pull");

    public ImageConfig {
        mirrors = Map.copyOf(mirrors);
        if (imageLimit < 1 || cacheLimit < imageLimit) {
            throw new IllegalArgumentException("SANDLOT_IMAGE_LIMIT_MIB must be at most SANDLOT_IMAGE_CACHE_MIB");
        }
        PULL_TIMEOUT.require(pullTimeout);
    }

    @Inject
    ImageConfig(Settings settings) {
        this(
                settings.get(SharedConfig.DATA_DIR).resolve("images"),
                settings.get(MIRRORS),
                settings.get(CREDENTIALS),
                settings.get(IMAGE_LIMIT),
                settings.get(CACHE_LIMIT),
                settings.get(PULL_TIMEOUT));
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
