package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Settings;
import dev.sandlot.budget.Bounds;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentConfigTest {
    private static EnvironmentConfig read(Map<String, String> settings) {
        return EnvironmentConfig.from(new Settings(settings));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        EnvironmentConfig config = read(Map.of());

        assertThat(config.environments()).isEqualTo(new Bounds(Bounds.NONE, 256, 512, 1024));
        assertThat(config.services()).isEqualTo(new Bounds(Bounds.NONE, Bounds.NONE, 512, 1024));
        assertThat(config.memoryMib()).isGreaterThanOrEqualTo(512);
    }

    @Test
    void halfOfWhatIsPromisedIsLessThanTheHostHas() {
        assertThat(HostMemory.promised(32L << 30)).isEqualTo(48 * 1024);
    }

    @Test
    void aSmallHostHasRoomForOneSandbox() {
        EnvironmentConfig config = read(Map.of("sandlot.limit.memory.mib", "99999999"));

        assertThat(config.memoryMib()).isEqualTo(99_999_999);
    }

    @Test
    void thereAreNoMoreEnvironmentsThanRangesOfUserIds() {
        assertThat(read(Map.of("sandlot.uid.ranges", "16")).environments().perServer())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.environments.per.workspace, 0, SANDLOT_ENVIRONMENTS_PER_WORKSPACE must be at least 1",
        "sandlot.environments.per.org, 0, SANDLOT_ENVIRONMENTS_PER_ORG must be at least 1",
        "sandlot.environments.per.server, -1, SANDLOT_ENVIRONMENTS_PER_SERVER must be at least 1",
        "sandlot.environments.per.server, 4097, SANDLOT_ENVIRONMENTS_PER_SERVER must be at most SANDLOT_UID_RANGES",
        "sandlot.services.per.org, 0, SANDLOT_SERVICES_PER_ORG must be at least 1",
        "sandlot.services.per.server, 0, SANDLOT_SERVICES_PER_SERVER must be at least 1",
        "sandlot.memory.budget.mib, 511, SANDLOT_MEMORY_BUDGET_MIB must be at least SANDLOT_LIMIT_MEMORY_MIB"
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
