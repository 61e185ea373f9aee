package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.ApiKeySecret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CallerTokensTest {
    private final CallerTokens tokens = new CallerTokens("https://issuer.example/\"é");

    private static String token(String... parts) {
        StringBuilder token = new StringBuilder();
        for (String part : parts) {
            token.append(token.isEmpty() ? "" : ".")
                    .append(Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(part.getBytes(StandardCharsets.UTF_8)));
        }
        return token.toString();
    }

    private static String ofIssuer(String issuer) {
        return token("{\"alg\":\"RS256\"}", "{\"sub\":\"x\",\"iss\":\"" + issuer + "\"}", "signature");
    }

    @Test
    void aTokenOfTheIssuerIsKnownWhereverItStands() {
        String token = ofIssuer("https:\\/\\/issuer.example/\\\"\\u00e9");

        assertThat(tokens.isIn("Bearer " + token)).isTrue();
        assertThat(tokens.isIn(token)).isTrue();
        assertThat(tokens.isIn("a=b.c; Bearer=" + token + "; d=e.f.g")).isTrue();
        assertThat(tokens.isIn("prefix.more." + token)).isTrue();
    }

    @Test
    void whatCanNotBeLookedIntoIsTakenForOne() {
        assertThat(tokens.isIn(token("{\"alg\":\"RSA-OAEP\"}", "key", "vector", "text", "tag")))
                .isTrue();
        assertThat(tokens.isIn(token("{\"alg\":\"RS256\"}", "no claims", "signature")))
                .isTrue();
    }

    @Test
    void aKeyIsKnownWhereverItStands() {
        String key = ApiKeySecret.create().text();

        assertThat(tokens.isIn(key)).isTrue();
        assertThat(tokens.isIn("Bearer " + key)).isTrue();
        assertThat(tokens.isIn("a=b; key=" + key + "; c=d")).isTrue();
        assertThat(tokens.isIn("dn_key_")).isFalse();
    }

    @Test
    void aServicesOwnBearerIsNone() {
        assertThat(tokens.isIn("Bearer its-own")).isFalse();
        assertThat(tokens.isIn("Bearer sk.live.12345")).isFalse();
        assertThat(tokens.isIn("Bearer " + ofIssuer("https://other.example"))).isFalse();
        assertThat(tokens.isIn("Bearer " + token("{\"alg\":\"none\"}", "{}", "")))
                .isFalse();
        assertThat(tokens.isIn("text/html,application/xhtml+xml;q=0.9")).isFalse();
        assertThat(tokens.isIn("")).isFalse();
    }
}
