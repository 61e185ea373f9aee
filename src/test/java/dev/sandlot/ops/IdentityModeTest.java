package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.settings.GivenSettings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityModeTest {
    private static final Map<String, String> WHOLE = Map.of(
            "mp.jwt.verify.publickey.location", "https://idp.example/keys",
            "mp.jwt.verify.issuer", "https://idp.example/",
            "mp.jwt.verify.audiences", "sandlot");

    private static IdentityMode of(Map<String, String> said) {
        return IdentityMode.of(GivenSettings.of(said));
    }

    @Test
    void nothingSaidIsDevelopmentModeOnLoopback() {
        assertThat(of(Map.of())).isEqualTo(IdentityMode.DEVELOPMENT);
        assertThat(of(Map.of("sandlot.http.host", "::1"))).isEqualTo(IdentityMode.DEVELOPMENT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("sandlot.http.host", "0.0.0.0")))
                .withMessage("Development mode listens on loopback only: configure an identity provider"
                        + " (MP_JWT_VERIFY_…) before SANDLOT_HTTP_HOST=0.0.0.0");
    }

    /** A proxy in front of loopback is an open address, too. */
    @Test
    void developmentModeIsNotForWhoComesThroughAProxy() {
        assertThat(of(Map.of("sandlot.public.url", "http://localhost:9080"))).isEqualTo(IdentityMode.DEVELOPMENT);
        assertThat(of(Map.of("sandlot.public.url", "http://[::1]:9080"))).isEqualTo(IdentityMode.DEVELOPMENT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("sandlot.public.url", "https://sandlot.example")))
                .withMessage("Development mode is for this machine alone: configure an identity provider"
                        + " (MP_JWT_VERIFY_…) before SANDLOT_PUBLIC_URL=https://sandlot.example");
    }

    @Test
    void aProviderMayBeTrustedOnAnyAddress() {
        Map<String, String> said = new HashMap<>(WHOLE);
        said.put("sandlot.http.host", "0.0.0.0");

        assertThat(of(said)).isEqualTo(IdentityMode.CONFIGURED);
    }

    @Test
    void aKeyItselfIsAsGoodAsWhereItIs() {
        Map<String, String> said = new HashMap<>(WHOLE);
        said.remove("mp.jwt.verify.publickey.location");
        said.put("mp.jwt.verify.publickey", "-----BEGIN PUBLIC KEY-----");

        assertThat(of(said)).isEqualTo(IdentityMode.CONFIGURED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp.jwt.verify.publickey.location", "mp.jwt.verify.issuer", "mp.jwt.verify.audiences"})
    void halfAProviderIsRefused(String missing) {
        Map<String, String> said = new HashMap<>(WHOLE);
        said.remove(missing);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(said))
                .withMessageStartingWith("Set MP_JWT_VERIFY_PUBLICKEY_LOCATION");
    }
}
