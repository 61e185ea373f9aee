package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyConfigTest {
    private static ProxyConfig read(String name, String value) {
        return new ProxyConfig(GivenSettings.of(Map.of("mp.jwt.verify.issuer", "https://issuer.example", name, value)));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        assertThat(read("any", "thing")).isEqualTo(new ProxyConfig(64, 512, "https://issuer.example"));
    }

    @Test
    void theLeastIsTaken() {
        assertThat(read("sandlot.service.requests.per.environment", "1").perEnvironment())
                .isOne();
        assertThat(read("sandlot.service.requests.per.server", "1").perServer()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.service.requests.per.environment, 'SANDLOT_SERVICE_REQUESTS_PER_ENVIRONMENT must be at least 1, but is 0'",
        "sandlot.service.requests.per.server, 'SANDLOT_SERVICE_REQUESTS_PER_SERVER must be at least 1, but is 0'",
    })
    void aBadValueIsRefusedWithASentence(String name, String sentence) {
        assertThatThrownBy(() -> read(name, "0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
