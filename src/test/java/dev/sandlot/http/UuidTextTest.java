package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTextTest {
    private static final UUID ID = UUID.fromString("01a21fbe-4ff2-76ab-abf5-b00000000001");

    @Test
    void bothCasesAreTaken() {
        assertThat(UuidText.parse(ID.toString())).contains(ID);
        assertThat(UuidText.parse("01A21FBE-4FF2-76AB-ABF5-B00000000001")).contains(ID);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "x",
                "1-2-3-4-5",
                "01a21fbe4ff276ababf5b00000000001",
                "01a21fbe-4ff2-76ab-abf5-b0000000000",
                "01a21fbe-4ff2-76ab-abf5-b000000000011",
                "01a21fbe-4ff2-76ab-abf5-b0000000000g",
                " 01a21fbe-4ff2-76ab-abf5-b00000000001",
                "{01a21fbe-4ff2-76ab-abf5-b00000000001}"
            })
    void whatIsNoneIsNone(String text) {
        assertThat(UuidText.parse(text)).isEmpty();
    }
}
