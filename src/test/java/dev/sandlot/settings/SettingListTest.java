package dev.sandlot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingListTest {
    private static final SettingList LIST = SettingList.of(List.of(One.class, Other.class));

    private record One() implements Configured {
        private static final Setting<Integer> PIDS = Setting.of("sandlot.limit.pids", Kind.count(1), "7", "");
        private static final Setting<Long> MEMORY =
                Setting.of("sandlot.limit.memory.mib", Kind.mebibytes(1), "512", "");
    }

    private record Other() implements Configured {
        private static final Setting<Integer> STREAMS =
                Setting.of("sandlot.streams.per.server", Kind.count(1), "512", "");
    }

    @Test
    void itHasTheConstantsOfAll() {
        assertThat(LIST.all()).containsExactly(One.MEMORY, One.PIDS, Other.STREAMS);
    }

    @Test
    void aNameIsOfOneSetting() {
        assertThatIllegalStateException().isThrownBy(() -> SettingList.of(List.of(One.class, One.class)));
    }

    @Test
    void allBadValuesAreToldAtOnce() {
        Map<String, String> said = Map.of(
                "sandlot.limit.pids", "0", "sandlot.limit.memory.mib", "much", "sandlot.streams.per.server", "1");

        assertThat(LIST.refusals(GivenSettings.of(said)))
                .containsExactly(
                        "SANDLOT_LIMIT_MEMORY_MIB must be 1 to 1073741824 MiB, but is much",
                        "SANDLOT_LIMIT_PIDS must be at least 1, but is 0");
    }

    @ParameterizedTest
    @CsvSource({
        "SANDLOT_LIMIT_MEMORY_MB, SANDLOT_LIMIT_MEMORY_MB (is it SANDLOT_LIMIT_MEMORY_MIB?)",
        "sandlot.limit.pid, SANDLOT_LIMIT_PID (is it SANDLOT_LIMIT_PIDS?)",
        "SANDLOT_PIDS_LIMIT, SANDLOT_PIDS_LIMIT (is it SANDLOT_LIMIT_PIDS?)",
        "SANDLOT_SERVICE_HOST, SANDLOT_SERVICE_HOST"
    })
    void aNameThatNobodyReadsIsTold(String name, String told) {
        assertThat(LIST.strangers(GivenSettings.of(name, "secret"))).containsExactly(told);
    }

    @Test
    void whatIsReadAndWhatIsNotOursIsNotTold() {
        assertThat(LIST.strangers(GivenSettings.of(Map.of("SANDLOT_LIMIT_PIDS", "1", "sandlot.limit.pids", "1"))))
                .isEmpty();
        assertThat(LIST.strangers(GivenSettings.of(Map.of("PATH", "/bin", "sandlots.x", "1"))))
                .isEmpty();
    }

    @Test
    void aFamilyOfStrangersIsNotToldWhole() {
        Map<String, String> family = new HashMap<>();
        for (int port = 0; port < 100; port++) {
            family.put("SANDLOT_PORT_" + port, "x");
        }

        assertThat(LIST.strangers(GivenSettings.of(family))).hasSize(20);
    }
}
