package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.Faults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    private final Faults faults = new Faults();

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-99, 0, 100",
        "bytes=0-, 0, 100",
        "bytes=99-, 99, 100",
        "bytes=90-1000, 90, 100",
        "bytes=5-999999999999999999, 5, 100",
        "bytes=-1, 99, 100",
        "bytes=-100, 0, 100",
        "bytes=-1000, 0, 100",
        "bytes = 3 - 4, 3, 5",
    })
    void aRangeIsReadAsItLiesInTheFile(String header, long from, long to) {
        assertThat(ByteRange.parse(header, 100, faults)).contains(new ByteRange(from, to));
        assertThat(faults.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes=",
                "bytes=-",
                "bytes=x-1",
                "bytes=0-1,3-4",
                "lines=0-1",
                "bytes=1000000000000000000-",
                "bytes=0-1x"
            })
    void whatIsNotUnderstoodAsksForTheWhole(String header) {
        assertThat(ByteRange.parse(header, 100, faults)).isEmpty();
        assertThat(faults.isEmpty()).isTrue();
    }

    @Test
    void withoutAHeaderTheWholeIsAskedFor() {
        assertThat(ByteRange.parse(null, 100, faults)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bytes=100-, 100", "bytes=100-200, 100", "bytes=5-4, 100", "bytes=-0, 100", "bytes=0-0, 0"})
    void whatLiesOutsideIsAFault(String header, long length) {
        ByteRange.parse(header, length, faults);

        assertThatThrownBy(faults::throwIfAny)
                .hasMessageContaining("ust lie within the " + length + " bytes that there are");
    }
}
