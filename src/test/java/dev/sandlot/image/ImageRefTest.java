package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRefTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "debian:12",
                "ghcr.io/o/name@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "localhost:5000/a/b"
            })
    void aReferenceIsTheSameWhenItIsReadAgain(String text) {
        ImageRef ref = ImageRef.parse(text);

        assertThat(ImageRef.parse(ref.toString())).isEqualTo(ref);
    }

    static Stream<String> whatIsNoneIsRefusedHoweverLongItIs() {
        return Stream.of(
                "",
                "a b",
                "UPPER/case/Name",
                "a.".repeat(2000),
                "a/".repeat(100_000) + "a",
                "a".repeat(511) + "!",
                "a-".repeat(255) + "!",
                "a/".repeat(255) + "!",
                "a__".repeat(170) + "!");
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNoneIsRefusedHoweverLongItIs(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRef.parse(text));
    }
}
