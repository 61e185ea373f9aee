package dev.sandlot.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {
    private static final Preference NONE = new Preference(false, Optional.empty());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async|true|",
                "Respond-Async|true|",
                "respond-async, wait=10|true|10",
                "wait=10,respond-async|true|10",
                "wait=\"7\"|false|7",
                "wait = 7|false|7",
                "wait=0|false|0",
                "wait=999999999|false|999999999",
                "wait=5, wait=6|false|5",
                "respond-async;x=1|true|",
                "respond-async ; x=1, wait=9;y|true|9",
                "foo=bar, return=minimal , respond-async|true|",
            })
    void whatIsPreferredIsRead(String header, boolean async, Long seconds) {
        assertThat(Preference.parse(List.of(header)))
                .isEqualTo(new Preference(async, Optional.ofNullable(seconds).map(Duration::ofSeconds)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "respond",
                "respond-async-now",
                "x-respond-async",
                "wait",
                "wait=",
                "wait=-1",
                "wait=1.5",
                "wait=1234567890",
                "wait=x",
                "awaits=5",
                ";respond-async"
            })
    void whatIsNotUnderstoodIsPassedOver(String header) {
        assertThat(Preference.parse(List.of(header))).isEqualTo(NONE);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(Preference.parse(List.of())).isEqualTo(NONE);
        assertThat(Preference.parse(List.of("wait=3", "respond-async", "wait=4")))
                .isEqualTo(new Preference(true, Optional.of(Duration.ofSeconds(3))));
    }
}
