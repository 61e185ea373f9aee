package dev.sandlot.output;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class OutputConfigProducer {
    @Produces
    @Singleton
    OutputConfig outputConfig(Config config) {
        return OutputConfig.from(config);
    }

    @Produces
    @Singleton
    KeptConfig keptConfig(Config config) {
        return KeptConfig.from(config);
    }
}
