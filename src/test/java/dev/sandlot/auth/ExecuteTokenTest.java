package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecuteTokenTest {
    @Test
    void aTokenIs256RandomBitsAndMatchesItsHashOnly() {
        ExecuteToken token = ExecuteToken.create();

        assertThat(token.text()).matches("[A-Za-z0-9_-]{43}");
        assertThat(token.matches(token.hash())).isTrue();
        assertThat(ExecuteToken.create().matches(token.hash())).isFalse();
        assertThat(token.toString()).doesNotContain(token.text());
    }

    @Test
    void bearerInFrontIsOptional() {
        assertThat(ExecuteToken.parse("Bearer abc")).isEqualTo(ExecuteToken.parse("abc"));
        assertThat(ExecuteToken.parse("bearer  abc ")).isEqualTo(new ExecuteToken("abc"));
        assertThat(ExecuteToken.parse(" ")).isNull();
        assertThat(ExecuteToken.parse(null)).isNull();
    }
}
