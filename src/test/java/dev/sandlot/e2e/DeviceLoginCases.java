package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.LoginProvider;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.SandlotCommand.Started;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Logging in from a device, as its client does it, at a server whose provider does as it is told. */
final class DeviceLoginCases {
    private static final String CODE = "/api/v1/auth/device/code";
    private static final String TOKEN = "/api/v1/auth/device/token";

    private final SandlotServer server;
    private final LoginProvider provider;
    private final Identities identities;
    private final Api nobody;

    DeviceLoginCases(SandlotServer server, LoginProvider provider, Identities identities) {
        this.server = server;
        this.provider = provider;
        this.identities = identities;
        this.nobody = new Api(server, "");
    }

    void check() throws Exception {
        String code = whoHasNoTokenLogsInAndMakesAKey();
        theCommandLineLogsIn();
        theProvidersWordsStayHere();
        nothingElseIsOpen(code);
        whatIsNoRequestIsRefused();
        onlyWhatWasDoneIsInTheAudit();
        assertThat(server.allLogs()).doesNotContain(code, "of the provider");
    }

    private Answer begin() throws Exception {
        return begin(nobody);
    }

    static Answer begin(Api nobody) throws Exception {
        return Api.send(nobody.request(CODE).POST(BodyPublishers.noBody()));
    }

    private Answer take(String code) throws Exception {
        return take(nobody, code);
    }

    static Answer take(Api nobody, String code) throws Exception {
        return Api.send(nobody.request(TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"device_code\":\"" + code + "\"}")));
    }

    /** The provider wants to be asked each second. */
    private void isEager() {
        String codes = LoginProvider.codes(provider.issuer() + "/device").replace("\"interval\":5", "\"interval\":1");
        provider.usually(LoginProvider.CODES, () -> new LoginProvider.Answer(200, codes));
    }

    private String whoHasNoTokenLogsInAndMakesAKey() throws Exception {
        isEager();
        Answer begun = begin();
        assertThat(begun.status()).as(begun.raw().body()).isEqualTo(200);
        assertThat(begun.header("X-Request-Id")).isNotEmpty();
        assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
        assertThat(begun.body().getString("user_code")).isEqualTo("ABCD-EFGH");
        assertThat(begun.body().getString("verification_url")).startsWith(provider.issuer() + "/device");
        assertThat(begun.body().getInt("expires_in")).isEqualTo(600);
        String code = begun.body().getString("device_code");

        Answer waiting = nobody.get(CODE + "/" + code).isError(409, "conflict_error");
        assertThat(waiting.body().getString("detail")).startsWith("authorization_pending");
        take(code).isError(409, "conflict_error");
        provider.usually(LoginProvider.TOKENS, () -> LoginProvider.token(identities.admin()));
        Answer approved = polled(code);

        Answer taken = take(code);
        assertThat(taken.status()).as(taken.raw().body()).isEqualTo(200);
        take(code).isError(404, "not_found_error");
        Api user = new Api(server, taken.body().getString("access_token"));
        assertThat(user.get("/api/v1/user").body().getString("id"))
                .isEqualTo(approved.body().getString("user_id"));
        JsonObject key = Api.send(user.request("/api/v1/user/api-keys")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"dn cli\",\"allow_self_revoke\":true}")))
                .body();
        new ClientWire(server.uri(), key.getString("key")).get("/user");
        return code;
    }

    private Answer polled(String code) throws Exception {
        return poll(nobody, code);
    }

    /** Asks as the client does, but more often, until somebody has decided. */
    static Answer poll(Api nobody, String code) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Answer answer = nobody.get(CODE + "/" + code);
        for (int i = 0; i < 300 && answer.status() == 409; i++) {
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
            answer = nobody.get(CODE + "/" + code);
        }
        return answer;
    }

    private void theCommandLineLogsIn() throws Exception {
        provider.usually(LoginProvider.TOKENS, () -> LoginProvider.error("authorization_pending"));
        Path home = Files.createTempDirectory("device");
        try {
            SandlotCommand line = new SandlotCommand(home);
            Started left = logIn(line);
            assertThat(left.interrupt()).isEqualTo(130);
            assertThat(left.end("").err()).doesNotContain("Exception", "sandlot:");
            assertThat(line.login()).doesNotExist();

            Started login = logIn(line);
            String token = identities.admin();
            provider.usually(LoginProvider.TOKENS, () -> LoginProvider.token(token));

            assertThat(login.end("").done()).contains("You are tester in acme/main");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(line.login())))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(line.login())).contains("dn_key_").doesNotContain(token);
            assertThat(line.start(List.of(), "env", "list").end("").done()).contains("STATE");
        } finally {
            Folders.remove(home);
        }
    }

    /** Until its user is asked to approve it. */
    private Started logIn(SandlotCommand line) throws Exception {
        Started login = line.start(List.of(), "login", "--device", server.uri().toString());
        assertThat(login.waitForWords("ABCD-EFGH")).contains(provider.issuer() + "/device?user_code=ABCD-EFGH");
        return login;
    }

    private void theProvidersWordsStayHere() throws Exception {
        provider.usually(LoginProvider.TOKENS, () -> LoginProvider.error("access_denied"));
        String code = begin().body().getString("device_code");
        Answer denied = polled(code).isError(502, "bad_gateway_error");
        assertThat(denied.raw().body()).contains("access_denied").doesNotContain("of the provider", provider.issuer());

        provider.next(LoginProvider.CODES, new LoginProvider.Answer(500, "of the provider"));
        assertThat(begin().isError(502, "bad_gateway_error").raw().body())
                .doesNotContain("of the provider", provider.issuer());
    }

    private void nothingElseIsOpen(String code) throws Exception {
        for (String path :
                List.of("/api/v1/auth", "/api/v1/auth/device", CODE, TOKEN, CODE + "/x", CODE + "/" + code + "/")) {
            nobody.get(path).isError(401, "authentication_error");
        }
        Api.send(nobody.request(CODE + "/" + code).DELETE()).isError(401, "authentication_error");
        nobody.get(CODE + "/" + "A".repeat(43)).isError(404, "not_found_error");
        new Api(server, "nonsense").get(CODE + "/" + "A".repeat(43)).isError(404, "not_found_error");
        new Api(server, identities.admin()).get("/api/v1/auth/device").isError(404, "not_found_error");
        // What is open knows nobody: elsewhere the same request is nobody's.
        nobody.get("/api/v1/user").isError(401, "authentication_error");
    }

    private void whatIsNoRequestIsRefused() throws Exception {
        post(BodyPublishers.ofString("{}"), "application/json").isError(422, "validation_error");
        post(BodyPublishers.ofString("device_code=x"), "application/x-www-form-urlencoded")
                .isError(400, "invalid_error");
        post(BodyPublishers.ofString("x".repeat(5000)), "application/json").isError(400, "invalid_error");
        post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10])), "application/json")
                .isError(400, "invalid_error");
    }

    private Answer post(BodyPublisher body, String type) throws Exception {
        HttpRequest.Builder request = nobody.request(TOKEN).header("Content-Type", type);
        return Api.send(request.POST(body));
    }

    private void onlyWhatWasDoneIsInTheAudit() throws Exception {
        Answer told = new Api(server, identities.admin()).get("/api/v1/audit?operation=takeDeviceToken&outcome=done");
        JsonObject entry = told.body().getJsonArray("entries").getJsonObject(0);
        assertThat(entry.getString("address")).isEqualTo("127.0.0.1");
        assertThat(entry.keySet()).doesNotContain("subject", "credential");
    }
}
