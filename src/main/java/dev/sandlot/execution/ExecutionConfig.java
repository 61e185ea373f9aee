package dev.sandlot.execution;

import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;

/**
 * What is kept of an execution.
 *
 * @param outputDirectory for outputs that are too large for the database
 * @param journalFile for ends that are not in the database yet
 * @param outputLimit bytes of an output that an answer shows
 * @param spoolLimit bytes of an output that are kept
 */
public record ExecutionConfig(Path outputDirectory, Path journalFile, long outputLimit, long spoolLimit) {
    private static final long OUTPUT_DEFAULT = 1L << 20;
    private static final long SPOOL_DEFAULT = 64L << 20;
    private static final long OUTPUT_MAX = 64L << 20;

    public ExecutionConfig {
        if (outputLimit < 1024 || outputLimit > OUTPUT_MAX || spoolLimit < outputLimit) {
            throw new IllegalArgumentException(
                    "SANDLOT_OUTPUT_LIMIT must be 1024 to " + OUTPUT_MAX + ", SANDLOT_SPOOL_LIMIT no less than it");
        }
    }

    static ExecutionConfig from(Config config) {
        return new ExecutionConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class)).resolve("outputs"),
                Path.of(config.getValue("sandlot.data.dir", String.class)).resolve("executions.journal"),
                config.getOptionalValue("sandlot.output.limit", Long.class).orElse(OUTPUT_DEFAULT),
                config.getOptionalValue("sandlot.spool.limit", Long.class).orElse(SPOOL_DEFAULT));
    }
}
