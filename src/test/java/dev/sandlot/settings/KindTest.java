package dev.sandlot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindTest {
    private static <T> T read(Kind<T> kind, String text) {
        return GivenSettings.of("some.thing", text)
                .get(Setting.optional("some.thing", kind, "", ""))
                .orElseThrow();
    }

    private static void assertRefused(Kind<?> kind, String text, String sentence) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(kind, text)).withMessage("SOME_THING " + sentence);
    }

    @Test
    void valuesAreReadInTheirUnits() {
        assertThat(read(Kind.number(0), " 42 ")).isEqualTo(42);
        assertThat(read(Kind.count(1, 64), "64")).isEqualTo(64);
        assertThat(read(Kind.mebibytes(1), "3")).isEqualTo(3L << 20);
        assertThat(read(Kind.mebibytes(1), "1073741824")).isEqualTo(1L << 50);
        assertThat(read(Kind.seconds(1, 600), "600")).isEqualTo(Duration.ofMinutes(10));
        assertThat(read(Kind.minutes(0, 10), "10")).isEqualTo(Duration.ofMinutes(10));
        assertThat(read(Kind.days(0, 7), "7")).isEqualTo(Duration.ofDays(7));
        assertThat(read(Kind.path(), "/a b/")).isEqualTo(Path.of("/a b"));
        assertThat(read(Kind.text(), " as it is ")).isEqualTo(" as it is ");
        assertThat(read(Kind.number(1).map(Long::toHexString), "255")).isEqualTo("ff");
    }

    @Test
    void numbersOutsideOfTheirRangeAreRefused() {
        assertRefused(Kind.number(1), "0", "must be at least 1, but is 0");
        assertRefused(Kind.number(1, 5), "6", "must be 1 to 5, but is 6");
        assertRefused(Kind.mebibytes(32, 64), "31", "must be 32 to 64 MiB, but is 31");
        assertRefused(Kind.bytes(1, 2), "3", "must be 1 to 2 bytes, but is 3");
        assertRefused(Kind.seconds(1, 60), "61", "must be 1 to 60 seconds, but is 61");
        assertRefused(Kind.minutes(0, 60), "-1", "must be 0 to 60 minutes, but is -1");
        assertRefused(Kind.days(0, 60), "61", "must be 0 to 60 days, but is 61");
        assertRefused(Kind.count(1), "2147483648", "must be at least 1, but not 2147483648");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1.5", "1e3", "0x10", "1 000", "half"})
    void whatIsNoNumberIsRefused(String text) {
        assertRefused(Kind.number(1), text, "must be at least 1, but is " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "TRUE, true",
        "yes, true",
        "on, true",
        "1, true",
        "false, false",
        "no, false",
        "off, false",
        "0, false"
    })
    void switchesAreOnOrOff(String text, boolean value) {
        assertThat(read(Kind.yesOrNo(), text)).isEqualTo(value);
    }

    @Test
    void whatIsNeitherYesNorNoIsRefused() {
        assertRefused(Kind.yesOrNo(), "ture", "must be true or false, but is ture");
    }

    @Test
    void listsHaveCommasAndNoEmptyEntries() {
        assertThat(read(Kind.list("word,…", word -> word), " a ,b,, c,")).isEqualTo(List.of("a", "b", "c"));
        assertRefused(Kind.list("number,…", Integer::valueOf), "1, two,3", "must be number,…, but has two");
    }

    @Test
    void aLongValueIsCutInItsRefusal() {
        assertRefused(Kind.number(1), "x".repeat(61), "must be at least 1, but is " + "x".repeat(60) + "…");
    }

    @Test
    void whatMayBeSecretIsNotRepeated() {
        assertRefused(Kind.text("short", text -> text.length() < 3), "hush", "must be short");
        assertRefused(Kind.of("a number", Integer::valueOf), "hush", "must be a number");
    }

    @Test
    void aDirectoryMustBeThere(@TempDir Path folder) {
        assertThat(read(Kind.directory(), folder.toString())).isEqualTo(folder);
        assertRefused(Kind.directory(), folder + "/not", "must be a directory");
        assertRefused(Kind.path(), "a\0b", "must be a path");
    }
}
