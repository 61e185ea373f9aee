package dev.sandlot.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.Faults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventIdTest {
    private final Faults faults = new Faults();

    @Test
    void withoutOneAClientHasSeenNothing() {
        assertThat(EventId.read(null, 2, faults)).isEqualTo(new EventId(List.of(0L, 0L)));
        assertThat(EventId.start(1)).hasToString("0");
        assertThat(faults.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "17, 1", "3-0, 2", "999999999999999999-12, 2"})
    void itsTextIsReadBack(String text, int streams) {
        assertThat(EventId.read(text, streams, faults)).hasToString(text);
        assertThat(faults.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "x, 1",
        "-1, 1",
        "' 1', 1",
        "1-2, 1",
        "1, 2",
        "1-2-3, 2",
        "1-, 2",
        "-, 2",
        "1000000000000000000, 1"
    })
    void anyOtherIsAFault(String text, int streams) {
        assertThat(EventId.read(text, streams, faults)).isEqualTo(EventId.start(streams));

        assertThatThrownBy(faults::throwIfAny).hasMessageContaining("ust be the id of an event of this execution");
    }
}
