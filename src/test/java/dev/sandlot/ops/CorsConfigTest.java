package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.settings.GivenSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsConfigTest {
    private static CorsConfig of(String origins) {
        return new CorsConfig(GivenSettings.of("sandlot.cors.origins", origins));
    }

    @Test
    void originsAreNamed() {
        assertThat(new CorsConfig(GivenSettings.none()).origins()).isEmpty();
        assertThat(of("https://app.example, http://localhost:3000,https://[::1]:8443")
                        .origins())
                .containsExactlyInAnyOrder("https://app.example", "http://localhost:3000", "https://[::1]:8443");
    }

    /** No browser would send such a one; a star would let everybody's pages in. */
    @ParameterizedTest
    @ValueSource(
            strings = {"*", "null", "https://app.example/", "app.example", "https://*.example", "HTTPS://app.example"})
    void anythingElseIsRefused(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(origin))
                .withMessageStartingWith("SANDLOT_CORS_ORIGINS must be origin,…");
    }
}
