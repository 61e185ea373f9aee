package dev.sandlot.settings;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/**
 * The settings of more than one package.
 *
 * @param dataDirectory all that this server keeps is below it; absolute
 */
@Singleton
public record SharedConfig(Path dataDirectory) implements Configured {
    public static final Setting<Path> DATA_DIR = Setting.given(
            "sandlot.data.dir",
            Kind.path().map(path -> path.toAbsolutePath().normalize()),
            "`data` in the server's output folder",
            "database, sockets, outputs, development key");

    /** The ranges of ids: no sandbox is made without one of its own, so this bounds environments, too. */
    public static final Setting<Integer> UID_RANGES =
            Setting.of("sandlot.uid.ranges", Kind.count(1), "4096", "ranges of host user ids, one for each sandbox");

    @Inject
    public SharedConfig(Settings settings) {
        this(settings.get(DATA_DIR));
    }
}
