package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.SandlotCommand.Ran;
import dev.sandlot.e2e.SandlotCommand.Started;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Logging in from a device by way of a real identity provider, to a command that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakCheck {
    private static final Pattern REQUEST = Pattern.compile("Open (\\S+) in a browser");

    private Keycloak keycloak;
    private SandlotServer server;
    private Api nobody;

    @BeforeAll
    void start() throws Exception {
        keycloak = new Keycloak(Path.of(System.getProperty("sandlot.keycloak")));
        server = new SandlotServer(Map.of(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                keycloak.keys(),
                "MP_JWT_VERIFY_ISSUER",
                keycloak.issuer(),
                "MP_JWT_VERIFY_AUDIENCES",
                "sandlot",
                "SANDLOT_DEVICE_CLIENT_ID",
                Keycloak.CLIENT));
        server.start();
        nobody = new Api(server, "");
    }

    @AfterAll
    void stop() throws Exception {
        try {
            if (server != null) {
                server.afterAll(null);
            }
        } finally {
            if (keycloak != null) {
                keycloak.stop();
            }
        }
    }

    private JsonObject begin() throws Exception {
        Answer begun = DeviceLoginCases.begin(nobody);
        assertThat(begun.status()).as(begun.raw().body()).isEqualTo(200);
        return begun.body();
    }

    /** Alice's browser, when she has logged in and is asked whether the device may have her token. */
    private static Browser asked(String address) throws Exception {
        Browser browser = new Browser(URI.create(address));
        browser.submit(Map.of("username", Keycloak.USER, "password", Keycloak.PASSWORD));
        assertThat(browser.page()).contains("name=\"accept\"");
        return browser;
    }

    @Test
    void aDeviceGetsAKeyThatRunsCommands() throws Exception {
        JsonObject begun = begin();
        String code = begun.getString("device_code");
        DeviceLoginCases.take(nobody, code).isError(409, "conflict_error");

        asked(begun.getString("verification_url")).submit(Map.of("accept", "Yes"));

        Answer approved = DeviceLoginCases.poll(nobody, code);
        assertThat(approved.status()).as(approved.raw().body()).isEqualTo(200);
        Answer taken = DeviceLoginCases.take(nobody, code);
        assertThat(taken.status()).as(taken.raw().body()).isEqualTo(200);
        DeviceLoginCases.take(nobody, code).isError(404, "not_found_error");
        String token = taken.body().getString("access_token");
        Api alice = new Api(server, token);
        Answer found = alice.get("/api/v1/user");
        assertThat(found.status()).as(found.raw().body()).isEqualTo(200);
        JsonObject user = found.body();
        assertThat(user.getString("username")).isEqualTo(Keycloak.USER);
        assertThat(user.getString("id")).isEqualTo(approved.body().getString("user_id"));
        JsonObject key = Api.send(alice.request("/api/v1/user/api-keys")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"dn cli\",\"allow_self_revoke\":true}")))
                .body();
        assertThatItRunsACommand(new ClientWire(server.uri(), key.getString("key")));
        assertThat(server.allLogs()).doesNotContain(code, token, Keycloak.PASSWORD);
    }

    private static void assertThatItRunsACommand(ClientWire client) throws Exception {
        String environments = "/org/acme/ws/main/environments";
        JsonObject made = client.post(
                        environments,
                        Json.createObjectBuilder().add("task_ref", "shell").build(),
                        Map.of())
                .asJsonObject();
        String one = environments + "/" + made.getString("id");
        JsonObject ran = client.post(
                        one + "/execute",
                        Json.createObjectBuilder().add("command", "echo hi").build(),
                        Map.of("X-Environment-Token", made.getString("execute_token")))
                .asJsonObject();
        assertThat(ran.getString("output")).isEqualTo("hi\n");
        client.delete(one);
    }

    @Test
    void whatAliceRefusesIsAnEnd() throws Exception {
        JsonObject begun = begin();

        asked(begun.getString("verification_url")).submit(Map.of("cancel", "No"));

        Answer denied = DeviceLoginCases.poll(nobody, begun.getString("device_code"));
        denied.isError(502, "bad_gateway_error");
        assertThat(denied.body().getString("detail")).startsWith("access_denied");
    }

    @Test
    void theCommandLineGetsAKeyThatOutlivesTheToken(@TempDir Path home) throws Exception {
        SandlotCommand line = new SandlotCommand(home);
        Started login = line.start(List.of(), "login", "--device", server.uri().toString());
        Matcher request = REQUEST.matcher(login.waitForWords("Ctrl-C"));
        assertThat(request.find()).isTrue();

        asked(request.group(1)).submit(Map.of("accept", "Yes"));

        assertThat(login.end("").done()).contains("You are " + Keycloak.USER + " in acme/main");
        assertThat(Files.readString(line.login())).contains("dn_key_");
        String environment =
                line.start(List.of(), "env", "create").end("").done().strip();
        assertThat(line.start(List.of(), "exec", environment, "echo hi").end("").done())
                .isEqualTo("hi\n");
        line.start(List.of(), "env", "rm", environment).end("").done();
    }

    @Test
    void theCommandLineSaysThatAliceRefuses(@TempDir Path home) throws Exception {
        SandlotCommand line = new SandlotCommand(home);
        Started login = line.start(List.of(), "login", "--device", server.uri().toString());
        Matcher request = REQUEST.matcher(login.waitForWords("Ctrl-C"));
        assertThat(request.find()).isTrue();

        asked(request.group(1)).submit(Map.of("cancel", "No"));

        Ran refused = login.end("");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("access_denied");
        assertThat(line.login()).doesNotExist();
    }
}
