package dev.sandlot.task;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class PublishPolicyProducer {
    @Produces
    @Singleton
    PublishPolicy publishPolicy(Config config) {
        return PublishPolicy.from(config);
    }
}
