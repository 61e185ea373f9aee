package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionConfigTest {
    private static AdmissionConfig read(String name, String value) {
        return new AdmissionConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        assertThat(new AdmissionConfig(GivenSettings.none()))
                .isEqualTo(new AdmissionConfig(500, 1000, 16, 256, 256, 512, Map.of()));
    }

    @Test
    void theLeastIsTaken() {
        assertThat(read("sandlot.rate.per.second", "1").ratePerSecond()).isOne();
        assertThat(read("sandlot.rate.burst", "1").rateBurst()).isOne();
        assertThat(read("sandlot.executions.per.environment", "64").perEnvironment())
                .isEqualTo(64);
        assertThat(read("sandlot.executions.per.workspace", "1").perWorkspace()).isOne();
        assertThat(read("sandlot.executions.per.org", "1").perOrganization()).isOne();
        assertThat(read("sandlot.executions.per.server", "1").perServer()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.rate.per.second, 0, 'SANDLOT_RATE_PER_SECOND must be at least 1, but is 0'",
        "sandlot.rate.burst, 0, 'SANDLOT_RATE_BURST must be at least 1, but is 0'",
        "sandlot.executions.per.environment, 0, 'SANDLOT_EXECUTIONS_PER_ENVIRONMENT must be 1 to 64, but is 0'",
        "sandlot.executions.per.environment, 65, 'SANDLOT_EXECUTIONS_PER_ENVIRONMENT must be 1 to 64, but is 65'",
        "sandlot.executions.per.workspace, -1, 'SANDLOT_EXECUTIONS_PER_WORKSPACE must be at least 1, but is -1'",
        "sandlot.executions.per.org, 0, 'SANDLOT_EXECUTIONS_PER_ORG must be at least 1, but is 0'",
        "sandlot.executions.per.server, 0, 'SANDLOT_EXECUTIONS_PER_SERVER must be at least 1, but is 0'",
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void clientsVersionsAreReadByTheirNames() {
        assertThat(read("sandlot.min.client.versions", " cli = 1.2 , sdk=3,").minimumClientVersions())
                .isEqualTo(Map.of("cli", Version.parse("1.2"), "sdk", Version.parse("3")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cli", "cli=", "cli=x", "cli=1.2.3.4.5", "cli=1=2", "cli=1.", "=1", " = 1"})
    void whatIsNoClientsVersionIsRefused(String value) {
        assertThatThrownBy(() -> read("sandlot.min.client.versions", "sdk=3," + value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SANDLOT_MIN_CLIENT_VERSIONS must be name=version,…, but has " + value.strip());
    }
}
