package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputConfigTest {
    private static OutputConfig read(String name, String value) {
        return new OutputConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsShowAMebibyteAndKeepSixtyFour() {
        OutputConfig config = new OutputConfig(GivenSettings.none());

        assertThat(config.directory()).isEqualTo(Path.of("/data/outputs"));
        assertThat(config.shownLimit()).isEqualTo(1L << 20);
        assertThat(config.keptLimit()).isEqualTo(64L << 20);
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.output.limit", "1024").shownLimit()).isEqualTo(1024);
        assertThat(read("sandlot.output.limit", "67108864").shownLimit()).isEqualTo(64L << 20);
        assertThat(read("sandlot.spool.limit", "1048576").keptLimit()).isEqualTo(1L << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.output.limit, 1023, 'SANDLOT_OUTPUT_LIMIT must be 1024 to 67108864 bytes, but is 1023'",
        "sandlot.output.limit, 67108865, 'SANDLOT_OUTPUT_LIMIT must be 1024 to 67108864 bytes, but is 67108865'",
        "sandlot.spool.limit, 1048575, SANDLOT_SPOOL_LIMIT must be no less than SANDLOT_OUTPUT_LIMIT",
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
