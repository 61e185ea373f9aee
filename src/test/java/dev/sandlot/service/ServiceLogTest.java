package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceLogTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MutableClock clock = new MutableClock(START);
    private final ServiceLog log = new ServiceLog(clock);

    private void print(String text) {
        log.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> texts() {
        return log.lines().stream().map(LogLine::text).toList();
    }

    @Test
    void aLineHasTheTimeAtWhichItEnded() {
        print("one\ntw");
        clock.advance(Duration.ofSeconds(1));
        assertThat(texts()).containsExactly("one");

        print("o\n\n");

        assertThat(log.lines())
                .containsExactly(
                        new LogLine(START, "one"),
                        new LogLine(START.plusSeconds(1), "two"),
                        new LogLine(START.plusSeconds(1), ""));
    }

    @Test
    void whatItsServiceLeavesOpenIsItsLastLine() {
        print("bye");

        log.end();
        log.end();

        assertThat(texts()).containsExactly("bye");
    }

    @Test
    void whatATerminalWouldObeyIsLeftOut() {
        print("\u001b[31mred\u0007\tx\r\n");

        assertThat(texts()).containsExactly("[31mred\tx");
    }

    @Test
    void aLineWithoutEndIsCutInPieces() {
        print("x".repeat(5000) + "\n");

        assertThat(texts()).extracting(String::length).containsExactly(2048, 2048, 904);
    }

    @Test
    void theLastLinesAreKept() {
        for (int i = 0; i < 700; i++) {
            print(i + "\n");
        }
        assertThat(texts()).hasSize(500).startsWith("200").endsWith("699");

        for (int i = 0; i < 100; i++) {
            print("y".repeat(1000) + "\n");
        }

        assertThat(texts()).hasSize(32).containsOnly("y".repeat(1000));
    }
}
