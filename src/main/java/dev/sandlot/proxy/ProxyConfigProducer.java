package dev.sandlot.proxy;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class ProxyConfigProducer {
    @Produces
    @Singleton
    ProxyConfig proxyConfig(Config config) {
        return ProxyConfig.from(config);
    }
}
