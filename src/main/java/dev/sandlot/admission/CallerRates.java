package dev.sandlot.admission;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** A token bucket for each caller: so many requests a second for long, a burst at once. */
@Singleton
public class CallerRates {
    private final AdmissionConfig config;
    private final Rates<String> rates;

    @Inject
    public CallerRates(AdmissionConfig config) {
        this.config = config;
        this.rates = new Rates<>(Duration.ofSeconds(config.rateBurst() / config.ratePerSecond() + 1));
    }

    /** Throws RATE_LIMITED with Retry-After when the caller's bucket is empty. */
    public void take(String caller) {
        rate(caller).require();
    }

    Rate rate(String caller) {
        return rates.take(caller, config.ratePerSecond(), config.rateBurst());
    }
}
