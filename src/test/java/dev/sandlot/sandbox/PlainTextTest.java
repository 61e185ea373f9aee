package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {
    private static final String PRINTED = "a\tb\nc\r\u001b[0m\u0000\u0085\ud83d\ude00\ud83d!";

    @Test
    void oneLineHasNoControlCharactersAndNoTornOnes() {
        assertThat(PlainText.line(PRINTED)).isEqualTo("a\tbc[0m\ud83d\ude00!");
    }

    @Test
    void severalLinesKeepTheirEnds() {
        assertThat(PlainText.lines(PRINTED)).isEqualTo("a\tb\nc[0m\ud83d\ude00!");
    }
}
