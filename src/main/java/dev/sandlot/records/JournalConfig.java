package dev.sandlot.records;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/**
 * How the records of executions are made durable.
 *
 * @param folder for what is not in the database yet
 * @param backlogLimit bytes of ends that may wait for the database: enough for one of any size
 */
@Singleton
public record JournalConfig(Path folder, long backlogLimit) implements Configured {
    private static final Setting<Long> BACKLOG_LIMIT = Setting.of(
            "sandlot.backlog.limit.mib", Kind.mebibytes(8), "128", "ends of executions that may wait for the database");

    public JournalConfig {
        BACKLOG_LIMIT.require(backlogLimit);
    }

    @Inject
    JournalConfig(Settings settings) {
        this(settings.get(SharedConfig.DATA_DIR).resolve("journal"), settings.get(BACKLOG_LIMIT));
    }
}
