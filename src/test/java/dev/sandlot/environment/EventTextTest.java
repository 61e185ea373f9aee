package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventTextTest {
    private static String lines(int count, int length) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\n    " + i + "x".repeat(length))
                .collect(Collectors.joining());
    }

    @Test
    void whatFitsStaysAsItIs() {
        assertThat(EventText.of("provision script ended\n    one\n    two"))
                .isEqualTo("provision script ended\n    one\n    two");
    }

    @Test
    void ofALongOneTheFirstLineAndTheLastAreKept() {
        String text = EventText.of("provision script ended with exit code 1" + lines(900, 1));

        assertThat(text)
                .hasSizeLessThanOrEqualTo(EventText.LENGTH_MAX)
                .hasSizeGreaterThan(EventText.LENGTH_MAX - 20)
                .startsWith("provision script ended with exit code 1\n    …\n    ")
                .endsWith("\n    898x\n    899x");
    }

    @Test
    void theEndOfALineThatIsTooLongIsKept() {
        String text = EventText.of("provision script ended with exit code 1\n    " + "x".repeat(3000) + "the end");

        assertThat(text)
                .hasSizeLessThanOrEqualTo(EventText.LENGTH_MAX + 1)
                .startsWith("provision script ended with exit code 1\n    …xxx")
                .endsWith("xthe end");
    }

    @Test
    void aFirstLineThatIsTooLongIsCut() {
        assertThat(EventText.of("x".repeat(1999) + "\ud83d\ude00" + "y".repeat(3000)))
                .isEqualTo("x".repeat(1999));
    }

    @Test
    void controlCharactersAreLeftOut() {
        assertThat(EventText.of("a\u0000\u0007b\r\n\tc\u009b1md\ud800")).isEqualTo("ab\n\tc1md");
    }
}
