package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandUserTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"root", "0", "65535", "1000:1000", "nobody:65534", "_apt", "www-data:www-data", "a.b", "00007"})
    void namesAndNumbersOfASandboxAreUsers(String text) {
        assertThat(CommandUser.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "-1",
                "65536",
                "4294967295",
                "18446744073709551615",
                "root:-1",
                "root:4294967295",
                "root:",
                ":0",
                "a:b:c",
                "0x10",
                "+1",
                " 1",
                "1 ",
                "1user",
                "nobody\n",
                "nobody:x\n[forged]",
                "no body",
                "n\0",
                "\u0660",
                "é"
            })
    void anythingElseIsNone(String text) {
        assertThat(CommandUser.isOne(text)).isFalse();
    }

    @Test
    void aLongNameIsNone() {
        assertThat(CommandUser.isOne("x".repeat(127) + ":" + "y".repeat(127))).isTrue();
        assertThat(CommandUser.isOne("x".repeat(128))).isFalse();
        assertThat(CommandUser.isOne("x".repeat(1 << 20))).isFalse();
    }
}
