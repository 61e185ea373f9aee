package dev.sandlot.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceLoginConfigTest {
    private static final String CLIENT = "sandlot.device.client.id";
    private static final String ISSUER = "mp.jwt.verify.issuer";

    private static DeviceLoginConfig read(String... pairs) {
        Map<String, String> said = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            said.put(pairs[i], pairs[i + 1]);
        }
        return new DeviceLoginConfig(GivenSettings.of(said));
    }

    @Test
    void nobodyLogsInSoUnlessTheOperatorWantsIt() {
        assertThat(read().isOn()).isFalse();
        assertThat(read(ISSUER, "https://idp.example/").isOn()).isFalse();
        assertThat(read(ISSUER, "https://idp.example/", CLIENT, "").isOn()).isFalse();
        assertThat(new DeviceLoginPaths(read()).has("POST", "/api/v1/auth/device/code"))
                .isFalse();
    }

    @Test
    void theProviderIsWhoseTokensAreTaken() {
        ProviderClient client =
                read(ISSUER, "https://idp.example/", CLIENT, "cli").client().orElseThrow();

        assertThat(client.description()).hasToString("https://idp.example/.well-known/openid-configuration");
        assertThat(client.isOf("https://idp.example")).isTrue();
        assertThat(client.isOf("https://idp.example/other")).isFalse();
    }

    @Test
    void endpointsNeedNoDescription() {
        ProviderClient client = read(
                        ISSUER,
                        "a name",
                        CLIENT,
                        "cli",
                        "sandlot.device.authorization.endpoint",
                        "https://idp.example/d",
                        "sandlot.device.token.endpoint",
                        "http://127.0.0.1:8080/t")
                .client()
                .orElseThrow();

        assertThat(client.endpoints().orElseThrow().token()).hasToString("http://127.0.0.1:8080/t");
    }

    @Test
    void aSecretIsShownNowhere() {
        assertThat(read(ISSUER, "https://idp.example/", CLIENT, "cli", "sandlot.device.client.secret", "hush")
                        .toString())
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a name|sandlot.device.logins|1|SANDLOT_DEVICE_ISSUER must be",
                "http://idp.example|sandlot.device.logins|1|SANDLOT_DEVICE_ISSUER must be",
                "https://idp.example|sandlot.device.issuer|http://idp.example|SANDLOT_DEVICE_ISSUER must be",
                "https://idp.example|sandlot.device.issuer|https://me:pw@idp.example|SANDLOT_DEVICE_ISSUER must be",
                "https://idp.example|sandlot.device.token.endpoint|https://idp.example/t|together",
                "https://idp.example|sandlot.device.logins|0|SANDLOT_DEVICE_LOGINS must be",
            })
    void whatIsNotSafeOrHalfIsRefused(String issuer, String name, String value, String words) {
        assertThatThrownBy(() -> read(ISSUER, issuer, CLIENT, "cli", name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void developmentModeHasNoProvider() {
        assertThatThrownBy(() -> read(CLIENT, "cli"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MP_JWT_VERIFY_");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/code,true",
        "POST,/token,true",
        "GET,/code/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_,true",
        "GET,/code/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_/,false",
        "GET,/code/A,false",
        "GET,/code/,false",
        "GET,/code,false",
        "GET,/token,false",
        "DELETE,/code,false",
        "POST,/code/,false",
        "POST,/code;x,false",
        "POST,/code/../token,false",
        "POST,/x,false",
        "POST,'',false",
    })
    void nothingElseIsOpen(String method, String below, boolean open) {
        DeviceLoginPaths paths = new DeviceLoginPaths(read(ISSUER, "https://idp.example/", CLIENT, "cli"));

        assertThat(paths.has(method, "/api/v1/auth/device" + below)).isEqualTo(open);
    }
}
