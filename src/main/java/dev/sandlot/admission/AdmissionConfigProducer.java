package dev.sandlot.admission;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Reads the settings once. */
@Singleton
public class AdmissionConfigProducer {
    @Produces
    @Singleton
    AdmissionConfig admissionConfig(Config config) {
        return AdmissionConfig.from(config);
    }
}
