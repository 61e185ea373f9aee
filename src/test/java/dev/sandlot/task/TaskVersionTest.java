package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskVersionTest {
    @Test
    void versionsAreOrderedByTheirNumbers() {
        assertThat(TaskVersion.parse("1.10.0")).isGreaterThan(TaskVersion.parse("1.9.9"));
        assertThat(TaskVersion.parse("2.0.0")).isGreaterThan(TaskVersion.parse("1.99.99"));
        assertThat(TaskVersion.parse("1.0.2")).isGreaterThan(TaskVersion.parse("1.0.1"));
        assertThat(TaskVersion.parse("999999999.0.12")).hasToString("999999999.0.12");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-rc1", "v1.0.0", "1..0", "1000000000.0.0", "-1.0.0"})
    void anythingElseIsNone(String text) {
        assertThat(TaskVersion.isVersion(text)).isFalse();
        assertThatThrownBy(() -> TaskVersion.parse(text)).hasMessage("Must be MAJOR.MINOR.PATCH");
    }
}
