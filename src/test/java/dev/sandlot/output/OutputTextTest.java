package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTextTest {
    /** An output of which nothing has gone. */
    private static KeptOutput whole(byte[] bytes) {
        return new KeptOutput() {
            @Override
            public Extent extent() {
                return Extent.whole(bytes.length);
            }

            @Override
            public int read(long offset, ByteBuffer into) {
                int length = (int) Math.min(into.remaining(), bytes.length - offset);
                into.put(bytes, (int) offset, length);
                return length;
            }
        };
    }

    private static String shown(String printed, long limit) throws IOException {
        return OutputText.of(whole(printed.getBytes(StandardCharsets.UTF_8)), limit);
    }

    @Test
    void whatFitsIsShownWhole() throws IOException {
        assertThat(shown("grüße\n", 8)).isEqualTo("grüße\n");
        assertThat(shown("", 8)).isEmpty();
        assertThat(OutputText.shown(whole(new byte[8]), 8).truncated()).isFalse();
        assertThat(OutputText.shown(whole(new byte[9]), 8).truncated()).isTrue();
    }

    @Test
    void ofWhatIsTooLongBeginningAndEndAreShown() throws IOException {
        assertThat(shown("0123456789abcdef", 8)).isEqualTo("0123\n[sandlot: 8 bytes left out]\ncdef");
        assertThat(shown("012\n456789abcdef", 8))
                .as("one end of a line is enough")
                .isEqualTo("012\n[sandlot: 8 bytes left out]\ncdef");
    }

    @ParameterizedTest
    @CsvSource({"é, 2", "€, 3", "😀, 4"})
    void noCharacterIsTornAndTheNumberIsTrue(String character, int size) throws IOException {
        for (int limit = 2 * size; limit < 6 * size; limit++) {
            String text = shown(character.repeat(20), limit);

            String[] parts = text.split("\n", -1);
            assertThat(text).doesNotContain("\ufffd");
            int left = parts[0].codePointCount(0, parts[0].length()) + parts[2].codePointCount(0, parts[2].length());
            assertThat(parts[1]).isEqualTo("[sandlot: " + (20 - left) * size + " bytes left out]");
        }
    }

    @Test
    void whatIsNoTextIsMarked() throws IOException {
        assertThat(OutputText.of(whole(new byte[] {'a', (byte) 0xff, 'b'}), 8)).isEqualTo("a\ufffdb");
    }
}
