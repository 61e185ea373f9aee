package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.LoginProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whose tokens are taken: an identity provider's by its key set, development mode's own, and what is refused. */
class IdentityE2E {
    @Test
    void keysComeFromTheProvidersKeySet() throws Exception {
        Identities identities = new Identities();
        LoginProvider provider = new LoginProvider();
        provider.usually("/jwks", () -> new LoginProvider.Answer(200, identities.jwks()));
        SandlotServer server = new SandlotServer(Map.of(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                provider.issuer() + "/jwks",
                "MP_JWT_VERIFY_ISSUER",
                Identities.ISSUER,
                "MP_JWT_VERIFY_AUDIENCES",
                Identities.AUDIENCE,
                "SANDLOT_NAME_CLAIM",
                "sub",
                "SANDLOT_DEVICE_CLIENT_ID",
                "cli",
                "SANDLOT_DEVICE_ISSUER",
                provider.issuer()));
        try {
            server.start();
            assertThat(new Api(server, identities.admin()).inWorkspace("").status())
                    .isEqualTo(200);
            new Api(server, new Identities().admin()).inWorkspace("").isError(401, "authentication_error");
            Identities.Token expired = new Identities.Token();
            expired.minutes = -10;
            new Api(server, identities.sign(expired)).inWorkspace("").isError(401, "expired_token_error");
            Identities.Token plain = new Identities.Token();
            plain.upn = false;
            assertThat(new Api(server, identities.sign(plain))
                            .get("/api/v1/user")
                            .body()
                            .getString("username"))
                    .isEqualTo(plain.subject);
            new DeviceLoginCases(server, provider, identities).check();
        } finally {
            server.afterAll(null);
            provider.close();
        }
    }

    @Test
    void theLineThatDevelopmentModePrintsRunsACommand() throws Exception {
        SandlotServer server = new SandlotServer(Map.of());
        try {
            server.start();
            String line = server.log()
                    .lines()
                    .filter(text -> text.contains("JWT="))
                    .findFirst()
                    .orElseThrow();
            Process shell = new ProcessBuilder("sh", "-c", line.substring(line.indexOf("JWT=")))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output).contains("{\"exit_code\":0,\"output\":\"hello from sandbox\\nuid=0(root)");
            assertThat(server.data().resolve("development/private.key").toFile().canExecute())
                    .isFalse();
            String token = line.substring(line.indexOf("JWT=") + 4, line.indexOf(';'));
            Api developer = new Api(server.uri(), token, "dev", "main");
            String id = developer
                    .inWorkspace("")
                    .body()
                    .getJsonArray("environments")
                    .getJsonObject(0)
                    .getString("id");
            assertThat(developer.delete(id).status()).isEqualTo(204);
            Api later = new Api(server.uri(), newToken(server.data()), "dev", "main");
            assertThat(later.inWorkspace("").status()).isEqualTo(200);
        } finally {
            server.afterAll(null);
        }
    }

    /** What the line of the documentation prints, which is the token and nothing else. */
    private static String newToken(Path data) throws Exception {
        Matcher line = Pattern.compile("\n {4}(java -cp \\S+ dev\\.sandlot\\.auth\\.DevelopmentToken) ")
                .matcher(Files.readString(Path.of("docs/operate.md")));
        assertThat(line.find()).isTrue();
        Process shell = new ProcessBuilder("sh", "-c", line.group(1) + " " + data)
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\n");
        return output.strip();
    }

    @Test
    void developmentModeListensOnLoopbackOnly() throws Exception {
        assertThat(new SandlotServer(Map.of("SANDLOT_HTTP_HOST", "0.0.0.0")).refuse())
                .contains("Sandlot can't start: Development mode listens on loopback only");
    }

    @Test
    void halfAnIdentityProviderIsRefused() throws Exception {
        assertThat(new SandlotServer(Map.of("MP_JWT_VERIFY_ISSUER", "https://issuer.example")).refuse())
                .contains("Sandlot can't start: Set MP_JWT_VERIFY_PUBLICKEY_LOCATION");
    }

    /** Of values that nothing reads before a request comes, too. */
    @Test
    void badSettingsStopTheServerWithASentenceForEach() throws Exception {
        Map<String, String> settings = Map.of(
                "SANDLOT_LIFETIME_DEFAULT", "0",
                "SANDLOT_SERVICE_REQUESTS_PER_SERVER", "none",
                "SANDLOT_REQUIRE_LIMITS", "ture",
                "SANDLOT_LIMIT_MEMORY_MB", "1");

        assertThat(new SandlotServer(settings).refuse())
                .contains("Nothing reads these settings: SANDLOT_LIMIT_MEMORY_MB (is it SANDLOT_LIMIT_MEMORY_MIB?)\n")
                .contains("Sandlot can't start: SANDLOT_LIFETIME_DEFAULT must be 1 to 315360000 seconds, but is 0;"
                        + " SANDLOT_REQUIRE_LIMITS must be true or false, but is ture;"
                        + " SANDLOT_SERVICE_REQUESTS_PER_SERVER must be at least 1, but is none\n");
    }

    @Test
    void settingsThatDoNotGoTogetherStopTheServer() throws Exception {
        Map<String, String> settings =
                Map.of("SANDLOT_LIFETIME_MAX", "60", "SANDLOT_IMAGE_CACHE_MIB", "1", "SANDLOT_UID_RANGES", "65535");

        assertThat(new SandlotServer(settings).refuse())
                .doesNotContain("Nothing reads")
                .contains("Sandlot can't start: SANDLOT_IMAGE_LIMIT_MIB must be at most SANDLOT_IMAGE_CACHE_MIB;"
                        + " SANDLOT_LIFETIME_DEFAULT must be at most SANDLOT_LIFETIME_MAX;"
                        + " SANDLOT_UID_BASE and SANDLOT_UID_RANGES must end before 4294000000");
    }
}
