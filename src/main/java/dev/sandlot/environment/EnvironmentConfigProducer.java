package dev.sandlot.environment;

import dev.sandlot.log.ServerLog;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class EnvironmentConfigProducer {
    private static final Logger LOG = ServerLog.of(EnvironmentConfigProducer.class);

    @Produces
    @Singleton
    EnvironmentConfig environmentConfig(Config config) {
        EnvironmentConfig environments = EnvironmentConfig.from(config);
        LOG.log(
                Level.INFO,
                "Sandboxes may use {0} MiB of memory together, those of one organization half of it",
                Long.toString(environments.memoryMib()));
        return environments;
    }
}
