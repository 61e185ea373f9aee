package dev.sandlot.exchange;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class ExchangeConfigProducer {
    @Produces
    @Singleton
    ExchangeConfig exchangeConfig(Config config) {
        return ExchangeConfig.from(config);
    }
}
