package dev.sandlot.output;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/**
 * How much of an output is kept and shown.
 *
 * @param directory for outputs that are too large for the database
 * @param shownLimit bytes that an answer's text shows
 * @param keptLimit bytes that are kept
 */
@Singleton
public record OutputConfig(Path directory, long shownLimit, long keptLimit) implements Configured {
    /** In the data directory. */
    static final String FOLDER = "outputs";

    private static final Setting<Long> SHOWN_LIMIT = Setting.of(
            "sandlot.output.limit", Kind.bytes(1024, 64 << 20), "1048576", "what of an output an answer shows");
    private static final Setting<Long> KEPT_LIMIT = Setting.of(
            "sandlot.spool.limit",
            Kind.bytes(1024, 1L << 40),
            "67108864",
            "what of an output is kept; at least `SANDLOT_OUTPUT_LIMIT`");

    public OutputConfig {
        SHOWN_LIMIT.require(shownLimit);
        KEPT_LIMIT.require(keptLimit);
        if (keptLimit < shownLimit) {
            throw new IllegalArgumentException("SANDLOT_SPOOL_LIMIT must be no less than SANDLOT_OUTPUT_LIMIT");
        }
    }

    @Inject
    OutputConfig(Settings settings) {
        this(settings.get(SharedConfig.DATA_DIR).resolve(FOLDER), settings.get(SHOWN_LIMIT), settings.get(KEPT_LIMIT));
    }
}
