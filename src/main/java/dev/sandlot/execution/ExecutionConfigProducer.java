package dev.sandlot.execution;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class ExecutionConfigProducer {
    @Produces
    @Singleton
    ExecutionConfig executionConfig(Config config) {
        return ExecutionConfig.from(config);
    }
}
