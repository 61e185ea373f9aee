package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalConfigTest {
    private static LocalConfig read(String name, String value) {
        return new LocalConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsAreTheKeeperAndRangesForFourThousandSandboxes() {
        LocalConfig config = new LocalConfig(GivenSettings.none());

        assertThat(config.dataDirectory()).isEqualTo(Path.of("/data"));
        assertThat(config.runDirectory()).isEqualTo(Path.of("/data/run"));
        assertThat(config.uidBase()).isEqualTo(1L << 28);
        assertThat(config.uidRanges()).isEqualTo(4096);
        assertThat(config.requireLimits()).isFalse();
        assertThat(config.runtime()).isEmpty();
        assertThat(config.cgroup()).isEmpty();
        assertThat(config.warm()).isEqualTo(8);
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.uid.base", "65536").uidBase()).isEqualTo(65_536);
        assertThat(read("sandlot.uid.ranges", "1").uidRanges()).isOne();
        assertThat(read("sandlot.uid.ranges", "61425").uidRanges()).isEqualTo(61_425);
        assertThat(read("sandlot.require.limits", "true").requireLimits()).isTrue();
        assertThat(read("sandlot.sandbox.runtime", "builtin").runtime()).isEmpty();
        assertThat(read("sandlot.sandbox.runtime", "/usr/bin/crun").runtime()).isPresent();
        assertThat(read("sandlot.cgroup", "/system.slice/sandlot-sandboxes.service")
                        .cgroup())
                .contains("/system.slice/sandlot-sandboxes.service");
        assertThat(read("sandlot.warm.environments", "0").warm()).isZero();
        assertThat(read("sandlot.warm.environments", "1024").warm()).isEqualTo(1024);
    }

    @Test
    void serversOfOneHostAreToldApartByTheirData() {
        assertThat(read("sandlot.data.dir2", "x").instance())
                .isEqualTo(new LocalConfig(GivenSettings.none()).instance())
                .matches("sandlot-[0-9a-f]{8}");
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.uid.base, 65535, 'SANDLOT_UID_BASE must be 65536 to 4293934464, but is 65535'",
        "sandlot.uid.base, 4294000000, 'SANDLOT_UID_BASE must be 65536 to 4293934464, but is 4294000000'",
        "sandlot.uid.ranges, 0, 'SANDLOT_UID_RANGES must be at least 1, but is 0'",
        "sandlot.uid.ranges, 61426, 'SANDLOT_UID_BASE and SANDLOT_UID_RANGES must end before 4294000000: a range has 65536'",
        "sandlot.warm.environments, 1025, 'SANDLOT_WARM_ENVIRONMENTS must be 0 to 1024, but is 1025'",
        "sandlot.cgroup, sandlot, 'SANDLOT_CGROUP must be the name of a control group such as"
                + " /system.slice/sandlot-sandboxes.service'",
        "sandlot.cgroup, /a/../../b, 'SANDLOT_CGROUP must be the name of a control group such as"
                + " /system.slice/sandlot-sandboxes.service'",
        "sandlot.require.limits, ture, 'SANDLOT_REQUIRE_LIMITS must be true or false, but is ture'",
        "sandlot.sandbox.runtime, crun, 'SANDLOT_SANDBOX_RUNTIME must be builtin, or the absolute path of an OCI runtime"
                + " such as /usr/bin/runsc'"
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
