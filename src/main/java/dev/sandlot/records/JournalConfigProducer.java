package dev.sandlot.records;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class JournalConfigProducer {
    @Produces
    @Singleton
    JournalConfig journalConfig(Config config) {
        return JournalConfig.from(config);
    }
}
