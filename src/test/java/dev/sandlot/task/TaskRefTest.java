package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskRefTest {
    @Test
    void allPartsAreRead() {
        assertThat(TaskRef.parse("acme/web-1@1.20.3"))
                .contains(new TaskRef(Optional.of("acme"), "web-1", Optional.of(new TaskVersion(1, 20, 3))));
    }

    @Test
    void latestIsTheSameAsNoVersion() {
        assertThat(TaskRef.parse("shell@latest"))
                .isEqualTo(TaskRef.parse("shell"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/x",
                "x/",
                "X",
                "-x",
                "a/b/c",
                "x@",
                "x@1",
                "x@1.2",
                "x@01.2.3",
                "x@1.2.3-rc",
                "x@newest",
                "x y"
            })
    void anythingElseIsNone(String text) {
        assertThat(TaskRef.parse(text)).isEmpty();
    }

    @Test
    void versionsSortByNumber() {
        assertThat(TaskVersion.parse("1.10.0")).isGreaterThan(TaskVersion.parse("1.9.9"));
    }
}
