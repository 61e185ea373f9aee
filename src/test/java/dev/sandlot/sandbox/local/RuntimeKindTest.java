package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeKindTest {
    @ParameterizedTest
    @CsvSource({
        "/usr/bin/runc, RUNC",
        "/opt/crun-1.8, CRUN",
        "/usr/local/bin/runsc, RUNSC",
        "/usr/bin/youki, RUNC",
        "/crun/kata-runtime, RUNC"
    })
    void itIsToldByTheNameOfTheProgram(Path program, RuntimeKind kind) {
        assertThat(RuntimeKind.of(program)).isEqualTo(kind);
    }
}
