package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.audit.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordSizeTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "true", "echo é", "echo €", "echo \uD83D\uDE00"})
    void itsTextsCountAsTheDatabaseHoldsThem(String command) {
        Execution execution = new Execution(
                new UUID(0, 1),
                new UUID(0, 2),
                command,
                "someone",
                false,
                30,
                Instant.EPOCH,
                null,
                null,
                Origin.UNKNOWN);

        assertThat(RecordSize.of(execution))
                .isEqualTo(RecordSize.FIXED + command.getBytes(StandardCharsets.UTF_8).length + "someone".length());
    }
}
