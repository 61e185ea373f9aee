package dev.sandlot.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    @AfterEach
    void clear() {
        RequestId.set(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0190a000-0000-7000-8000-000000000001", "trace:1.2_3"})
    void aClientsOwnIsKept(String proposed) {
        assertThat(RequestId.accept(proposed)).isEqualTo(proposed);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a b", "a\nb", "ü", "<x>"})
    void whatIsNotFitForALogIsReplaced(String proposed) {
        assertThat(UUID.fromString(RequestId.accept(proposed))).isNotNull();
    }

    @Test
    void oneThatIsTooLongIsReplaced() {
        assertThat(RequestId.accept("x".repeat(128))).hasSize(128);
        assertThat(RequestId.accept("x".repeat(129))).hasSize(36);
    }

    @Test
    void aLineOfTheLogBeginsWithIt() {
        assertThat(RequestId.tag()).isEmpty();
        RequestId.set("one");
        assertThat(RequestId.tag()).isEqualTo("[one] ");
        RequestId.set(null);
        assertThat(RequestId.current()).isNull();
    }
}
