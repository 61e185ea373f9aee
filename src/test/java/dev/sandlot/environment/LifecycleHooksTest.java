package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleHooksTest {
    private static String tail(String printed, int piece) {
        LifecycleHooks.Tail tail = new LifecycleHooks.Tail();
        byte[] bytes = printed.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
            tail.add(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
        }
        return tail.text();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 999, 1000, 1001, 5000})
    void aScriptsLastBytesAreKept(int piece) {
        String printed = "first\n" + "y".repeat(3000) + "\nlast\n";

        assertThat(tail(printed, piece)).isEqualTo("…" + "y".repeat(994) + "\nlast\n");
    }

    @Test
    void whatIsNotCutHasNoMark() {
        assertThat(tail("z".repeat(1000), 300)).isEqualTo("z".repeat(1000));
    }

    @Test
    void itBeginsWithAWholeCharacter() {
        assertThat(tail("é".repeat(600) + "a", 100)).isEqualTo("…" + "é".repeat(499) + "a");
    }
}
