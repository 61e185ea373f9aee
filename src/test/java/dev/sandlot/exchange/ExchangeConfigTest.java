package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeConfigTest {
    private static ExchangeConfig read(String name, String value) {
        return new ExchangeConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        ExchangeConfig config = new ExchangeConfig(GivenSettings.none());

        assertThat(config.perCaller()).isEqualTo(512);
        assertThat(config.perServer()).isEqualTo(2048);
        assertThat(config.bodiesBytes()).isEqualTo(256L << 20);
        assertThat(config.refusalsPerSecond()).isEqualTo(250);
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.requests.per.caller", "1").perCaller()).isOne();
        assertThat(read("sandlot.requests.per.server", "1").perServer()).isOne();
        assertThat(read("sandlot.bodies.mib", "32").bodiesBytes()).isEqualTo(32L << 20);
        assertThat(read("sandlot.bodies.mib", "1048576").bodiesBytes()).isEqualTo(1L << 40);
        assertThat(read("sandlot.refusals.per.second", "0").refusalsPerSecond()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sandlot.requests.per.caller|0|SANDLOT_REQUESTS_PER_CALLER must be at least 1, but is 0",
                "sandlot.requests.per.server|0|SANDLOT_REQUESTS_PER_SERVER must be at least 1, but is 0",
                "sandlot.refusals.per.second|-1|SANDLOT_REFUSALS_PER_SECOND must be 0 to 1000000, but is -1",
                "sandlot.bodies.mib|31|SANDLOT_BODIES_MIB must be 32 to 1048576 MiB, but is 31",
                "sandlot.bodies.mib|1048577|SANDLOT_BODIES_MIB must be 32 to 1048576 MiB, but is 1048577",
            })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
