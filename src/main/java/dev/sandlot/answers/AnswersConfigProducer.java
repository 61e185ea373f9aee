package dev.sandlot.answers;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class AnswersConfigProducer {
    @Produces
    @Singleton
    AnswersConfig answersConfig(Config config) {
        return AnswersConfig.from(config);
    }
}
