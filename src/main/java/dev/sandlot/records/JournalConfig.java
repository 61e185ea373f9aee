package dev.sandlot.records;

import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;

/**
 * How the records of executions are made durable.
 *
 * @param folder for what is not in the database yet
 * @param backlogLimit bytes of ends that may wait for the database, at least 8 MiB: enough for one of any size
 */
public record JournalConfig(Path folder, long backlogLimit) {
    private static final long MIB = 1 << 20;
    private static final long BACKLOG_DEFAULT_MIB = 128;
    private static final long BACKLOG_MIN_MIB = 8;

    public JournalConfig {
        if (backlogLimit < BACKLOG_MIN_MIB * MIB) {
            throw new IllegalArgumentException("SANDLOT_BACKLOG_LIMIT_MIB must be at least " + BACKLOG_MIN_MIB);
        }
    }

    static JournalConfig from(Config config) {
        return new JournalConfig(
                Path.of(config.getValue("sandlot.data.dir", String.class)).resolve("journal"),
                MIB
                        * config.getOptionalValue("sandlot.backlog.limit.mib", Integer.class)
                                .map(Integer::longValue)
                                .orElse(BACKLOG_DEFAULT_MIB));
    }
}
