package dev.sandlot.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows are those of W3C Trace Context, 3.2.2, and of its test suite's kind. */
class TraceIdTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String REST = "-00f067aa0ba902b7-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + REST,
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "00-" + TRACE + "-00f067aa0ba902b7-ff",
                "cc-" + TRACE + REST,
                "cc-" + TRACE + REST + "-what-the-future-will-be-like",
                "fe-" + TRACE + REST + "-"
            })
    void aTraceIsTaken(String header) {
        assertThat(TraceId.accept(List.of(header).iterator())).isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                TRACE,
                "00-" + TRACE,
                "ff-" + TRACE + REST,
                "0-" + TRACE + REST,
                "000-" + TRACE + REST,
                "zz-" + TRACE + REST,
                "00-00000000000000000000000000000000" + REST,
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736" + REST,
                "00-" + TRACE + "-00F067AA0BA902B7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-0X",
                "00-" + TRACE + "-00f067aa0ba902b7-1",
                "00-" + TRACE + REST + "-more",
                "00-" + TRACE + REST + "-",
                "cc-" + TRACE + REST + ".more",
                " 00-" + TRACE + REST,
                "00-" + TRACE + REST + "\n",
                "00-" + TRACE + "x" + REST,
                "00_" + TRACE + REST
            })
    void whatIsNotAsItHasToBeIsNone(String header) {
        assertThat(TraceId.accept(List.of(header).iterator())).isNull();
    }

    @Test
    void severalAreNone() {
        String header = "00-" + TRACE + REST;

        assertThat(TraceId.accept(List.of(header, header).iterator())).isNull();
        assertThat(TraceId.accept(List.<String>of().iterator())).isNull();
    }

    @Test
    void itIsTheRequests() {
        assertThat(TraceId.current()).isNull();
        Request.within(
                Request.of("a", TRACE), () -> assertThat(TraceId.current()).isEqualTo(TRACE));
    }
}
