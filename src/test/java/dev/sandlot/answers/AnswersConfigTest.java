package dev.sandlot.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersConfigTest {
    private static AnswersConfig read(String name, String value) {
        return AnswersConfig.from(Settings.of(name, value));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        AnswersConfig config = AnswersConfig.from(Settings.none());

        assertThat(config.streams()).isEqualTo(512);
        assertThat(config.streamsPerEnvironment()).isEqualTo(64);
        assertThat(config.keepAlive()).isEmpty();
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.streams.per.server", "1").streams()).isOne();
        assertThat(read("sandlot.streams.per.environment", "1").streamsPerEnvironment())
                .isOne();
        assertThat(read("sandlot.keepalive.seconds", "0").keepAlive()).isEmpty();
        assertThat(read("sandlot.keepalive.seconds", "600").keepAlive()).contains(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sandlot.streams.per.server|0|SANDLOT_STREAMS_PER_SERVER must be at least 1",
                "sandlot.streams.per.environment|0|SANDLOT_STREAMS_PER_ENVIRONMENT must be at least 1",
                "sandlot.keepalive.seconds|-1|SANDLOT_KEEPALIVE_SECONDS must be 0 (off) to 600, but is -1",
                "sandlot.keepalive.seconds|601|SANDLOT_KEEPALIVE_SECONDS must be 0 (off) to 600, but is 601",
            })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
