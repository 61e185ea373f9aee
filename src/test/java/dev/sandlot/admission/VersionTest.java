package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void missingNumbersCountAsZero() {
        assertThat(Version.parse("1.2")).isEqualByComparingTo(Version.parse("1.2.0"));
        assertThat(Version.parse("1.10")).isGreaterThan(Version.parse("1.9.9"));
        assertThat(Version.parse("2")).hasToString("2");
    }
}
