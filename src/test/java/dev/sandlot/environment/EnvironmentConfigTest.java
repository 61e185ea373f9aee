package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.budget.Bounds;
import dev.sandlot.settings.GivenSettings;
import dev.sandlot.settings.Settings;
import dev.sandlot.task.LimitConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentConfigTest {
    private static EnvironmentConfig read(Map<String, String> settings) {
        Settings said = GivenSettings.of(settings);
        return new EnvironmentConfig(said, new LimitConfig(said));
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
        "sandlot.environments.per.workspace, 0, 'SANDLOT_ENVIRONMENTS_PER_WORKSPACE must be at least 1, but is 0'",
        "sandlot.environments.per.org, 0, 'SANDLOT_ENVIRONMENTS_PER_ORG must be at least 1, but is 0'",
        "sandlot.environments.per.server, -1, 'SANDLOT_ENVIRONMENTS_PER_SERVER must be at least 1, but is -1'",
        "sandlot.environments.per.server, 4097, SANDLOT_ENVIRONMENTS_PER_SERVER must be at most SANDLOT_UID_RANGES",
        "sandlot.services.per.org, 0, 'SANDLOT_SERVICES_PER_ORG must be at least 1, but is 0'",
        "sandlot.services.per.server, 0, 'SANDLOT_SERVICES_PER_SERVER must be at least 1, but is 0'",
        "sandlot.lifetime.default, 0, 'SANDLOT_LIFETIME_DEFAULT must be 1 to 315360000 seconds, but is 0'",
        "sandlot.lifetime.max, 3599, SANDLOT_LIFETIME_DEFAULT must be at most SANDLOT_LIFETIME_MAX",
        "sandlot.retention.days, -1, 'SANDLOT_RETENTION_DAYS must be 0 to 36500 days, but is -1'",
        "sandlot.public.url, ftp://x, 'SANDLOT_PUBLIC_URL must be such as https://sandlot.example, without a path'",
        "sandlot.memory.budget.mib, 511, SANDLOT_MEMORY_BUDGET_MIB must be at least SANDLOT_LIMIT_MEMORY_MIB"
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
