package dev.sandlot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    private static final Setting<Integer> COUNT = Setting.of("some.count", Kind.count(1), "7", "");
    private static final Setting<Optional<Integer>> OPTIONAL =
            Setting.optional("some.other", Kind.count(1), "as it comes", "");
    private static final Setting<String> GIVEN = Setting.given("sandlot.data.dir", Kind.text(), "a folder", "");

    @Test
    void whatIsNotSaidIsTheDefault() {
        assertThat(GivenSettings.none().get(COUNT)).isEqualTo(7);
        assertThat(GivenSettings.none().get(OPTIONAL)).isEmpty();
        assertThat(GivenSettings.none().get(GIVEN)).isEqualTo("/data");
    }

    @Test
    void whatIsSaidCounts() {
        Settings settings =
                GivenSettings.of(Map.of("some.count", "8", "some.other", "9", "sandlot.data.dir", "/there"));

        assertThat(settings.get(COUNT)).isEqualTo(8);
        assertThat(settings.get(OPTIONAL)).contains(9);
        assertThat(settings.get(GIVEN)).isEqualTo("/there");
    }

    @Test
    void whatTheServersOwnFilesMustSayIsRefusedWhereTheyDoNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GivenSettings.alone(Map.of()).get(GIVEN))
                .withMessage("SANDLOT_DATA_DIR must be text, and nothing says it");
    }

    @Test
    void aValueThatNobodyMaySayIsRefusedInARecordToo() {
        assertThat(COUNT.require(1)).isOne();
        assertThat(OPTIONAL.require(Optional.empty())).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> COUNT.require(0))
                .withMessage("SOME_COUNT must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OPTIONAL.require(Optional.of(0)))
                .withMessage("SOME_OTHER must be at least 1");
    }

    @Test
    void onlyWhatAnOperatorSaysIsSaid() {
        assertThat(GivenSettings.none().isSaid(GIVEN)).isFalse();
        assertThat(GivenSettings.none().isSaid(COUNT)).isFalse();
        assertThat(GivenSettings.of("sandlot.data.dir", "/data").isSaid(GIVEN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "sandlot.some-thing", "sandlot..x", "sandlot.x.", "Sandlot.x"})
    void aKeyHasAVariableOfItsOwn(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> Setting.of(key, Kind.text(), "", ""));
    }
}
