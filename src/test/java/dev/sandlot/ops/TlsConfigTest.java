package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.Certificate;
import dev.sandlot.settings.GivenSettings;
import dev.sandlot.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On which ports the server listens, and that it has what it takes for that. */
class TlsConfigTest {
    private static final String PASSWORD = "a password";

    @TempDir
    private Path folder;

    private static void check(Map<String, String> said) {
        Settings settings = GivenSettings.of(said);
        new TlsConfig(settings, new ServerConfig(settings));
    }

    private static ServerConfig ports(String http, String tls) {
        return new ServerConfig(GivenSettings.of(Map.of("sandlot.http.port", http, "sandlot.tls.port", tls)));
    }

    @Test
    void itListensWithoutTlsUnlessItIsTold() {
        ServerConfig config = new ServerConfig(GivenSettings.none());

        assertThat(config.hasTls()).isFalse();
        assertThat(config.base()).isEqualTo("http://127.0.0.1:9080");
        check(Map.of());
    }

    @Test
    void eitherPortCanBeOffAndNotBoth() {
        assertThat(ports("9080", "9443").base()).isEqualTo("http://127.0.0.1:9080");
        assertThat(ports("-1", "9443").base()).isEqualTo("https://127.0.0.1:9443");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ports("-1", "-1"))
                .withMessage("SANDLOT_HTTP_PORT or SANDLOT_TLS_PORT must be a port");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ports("9080", "9080"))
                .withMessage("SANDLOT_HTTP_PORT and SANDLOT_TLS_PORT must not be the same");
    }

    @ParameterizedTest
    @CsvSource({"0", "-2", "65536", "https"})
    void aPortIsAPortOrNone(String port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ports("9080", port))
                .withMessage("SANDLOT_TLS_PORT must be 1 to 65535, or -1 for none");
    }

    @Test
    void tlsTakesAKeyThatCanBeRead() throws Exception {
        Path keystore = folder.resolve("sandlot.p12");
        Map<String, String> said = new HashMap<>(Map.of("sandlot.tls.port", "9443"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(said))
                .withMessage("SANDLOT_TLS_PORT needs SANDLOT_TLS_KEYSTORE and SANDLOT_TLS_PASSWORD");
        said.put("sandlot.tls.keystore", keystore.toString());
        said.put("sandlot.tls.password", PASSWORD);
        String noKey = "SANDLOT_TLS_KEYSTORE must be a PKCS #12 file with a key that SANDLOT_TLS_PASSWORD opens";
        assertThatIllegalArgumentException().isThrownBy(() -> check(said)).withMessage(noKey);
        Files.writeString(keystore, "-----BEGIN CERTIFICATE-----\n");
        assertThatIllegalArgumentException().isThrownBy(() -> check(said)).withMessage(noKey);

        Certificate.write(keystore, PASSWORD);

        check(said);
        said.put("sandlot.tls.password", "another");
        assertThatIllegalArgumentException().isThrownBy(() -> check(said)).withMessage(noKey);
    }

    /** Who names a certificate believes that nobody can listen in. */
    @Test
    void aKeyWithoutAPortIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(Map.of("sandlot.tls.keystore", "/etc/sandlot/sandlot.p12")))
                .withMessage("SANDLOT_TLS_KEYSTORE is of no use without SANDLOT_TLS_PORT: nobody would speak TLS");
    }
}
