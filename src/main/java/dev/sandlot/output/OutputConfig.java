package dev.sandlot.output;

import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;

/**
 * How much of an output is kept and shown.
 *
 * @param directory for outputs that are too large for the database
 * @param shownLimit bytes that an answer's text shows
 * @param keptLimit bytes that are kept
 */
public record OutputConfig(Path directory, long shownLimit, long keptLimit) {
    /** In the data directory. */
    static final String FOLDER = "outputs";

    private static final long SHOWN_DEFAULT = 1L << 20;
    private static final long KEPT_DEFAULT = 64L << 20;
    private static final long SHOWN_MAX = 64L << 20;

    public OutputConfig {
        if (shownLimit < 1024 || shownLimit > SHOWN_MAX || keptLimit < shownLimit) {
            throw new IllegalArgumentException(
                    "SANDLOT_OUTPUT_LIMIT must be 1024 to " + SHOWN_MAX + ", SANDLOT_SPOOL_LIMIT no less than it");
        }
    }

    static OutputConfig from(Config config) {
        return new OutputConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class)).resolve(FOLDER),
                config.getOptionalValue("sandlot.output.limit", Long.class).orElse(SHOWN_DEFAULT),
                config.getOptionalValue("sandlot.spool.limit", Long.class).orElse(KEPT_DEFAULT));
    }
}
