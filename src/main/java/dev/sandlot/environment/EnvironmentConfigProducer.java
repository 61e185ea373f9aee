package dev.sandlot.environment;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class EnvironmentConfigProducer {
    @Produces
    @Singleton
    EnvironmentConfig environmentConfig(Config config) {
        return EnvironmentConfig.from(config);
    }
}
