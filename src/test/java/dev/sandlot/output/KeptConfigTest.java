package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.budget.Bounds;
import dev.sandlot.settings.GivenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptConfigTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path data;

    private KeptConfig read(String name, String value) {
        return new KeptConfig(GivenSettings.of(Map.of("sandlot.data.dir", data.toString(), name, value)));
    }

    @Test
    void defaultsSuitTheDisk() {
        KeptConfig config = new KeptConfig(GivenSettings.of(Map.of("sandlot.data.dir", data + "/not/there/yet")));
        long disk = data.toFile().getTotalSpace();

        assertThat(config.bounds())
                .isEqualTo(new Bounds(256 * MIB, Bounds.NONE, 4096 * MIB, Math.min(16384 * MIB, disk / 2)));
        assertThat(config.records()).isEqualTo(100_000);
        assertThat(config.diskReserve()).isEqualTo(Math.min(1024 * MIB, disk / 20));
        assertThat(config.afterEnd()).isEmpty();
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.kept.mib.per.environment", "1").bounds().perEnvironment())
                .isEqualTo(MIB);
        assertThat(read("sandlot.kept.mib.per.org", "1073741824").bounds().perOrganization())
                .isEqualTo(1L << 50);
        assertThat(read("sandlot.kept.mib.per.server", "1").bounds().perServer())
                .isEqualTo(MIB);
        assertThat(read("sandlot.records.per.environment", "1").records()).isOne();
        assertThat(read("sandlot.disk.reserve.mib", "0").diskReserve()).isZero();
        assertThat(read("sandlot.outputs.after.end.minutes", "0").afterEnd()).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.kept.mib.per.environment, 0, 'SANDLOT_KEPT_MIB_PER_ENVIRONMENT must be 1 to 1073741824 MiB, but is 0'",
        "sandlot.kept.mib.per.org, 1073741825, 'SANDLOT_KEPT_MIB_PER_ORG must be 1 to 1073741824 MiB, but is 1073741825'",
        "sandlot.kept.mib.per.server, -1, 'SANDLOT_KEPT_MIB_PER_SERVER must be 1 to 1073741824 MiB, but is -1'",
        "sandlot.records.per.environment, 0, 'SANDLOT_RECORDS_PER_ENVIRONMENT must be at least 1, but is 0'",
        "sandlot.disk.reserve.mib, -1, 'SANDLOT_DISK_RESERVE_MIB must be 0 to 1073741824 MiB, but is -1'",
        "sandlot.outputs.after.end.minutes, -1, 'SANDLOT_OUTPUTS_AFTER_END_MINUTES must be 0 to 52560000 minutes, but is -1'",
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
