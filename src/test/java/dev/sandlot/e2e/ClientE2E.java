package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.DocumentedOperation;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.ClientWire.Refusal;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documented API's own client, as it is, and the keys by which it comes in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES, Map.of("SANDLOT_KEEPALIVE_CLIENTS", "dreadnode-sdk=1", "SANDLOT_RATE_BURST", "10000"));

    private Api maker;
    private String secret;
    private ClientWire client;

    @BeforeAll
    void logIn() throws Exception {
        maker = new Api(SERVER, IDENTITIES.admin());
        JsonObject made = make(maker, "{\"name\":\"dn cli\",\"allow_self_revoke\":true}");
        secret = made.getString("key");
        client = new ClientWire(SERVER.uri(), secret);
    }

    private static Answer post(Api maker, String below, String body) throws Exception {
        return Api.send(maker.request("/api/v1/user/api-keys" + below)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static JsonObject make(Api maker, String body) throws Exception {
        Answer made = post(maker, "", body);
        assertThat(made.status()).as(made.raw().body() + SERVER.log()).isEqualTo(201);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        return made.body();
    }

    private static Answer withKey(String key, String path) throws Exception {
        return Api.send(keyed(key, path));
    }

    private static HttpRequest.Builder keyed(String key, String path) {
        return HttpRequest.newBuilder(URI.create(SERVER.uri() + path))
                .timeout(Duration.ofSeconds(30))
                .header("x-api-key", key);
    }

    @Test
    void itFindsItsProfileAndItsScopes() throws Exception {
        assertThat(ClientWire.user(client.get("/user")).getString("username")).isEqualTo("tester");
        JsonArray organizations = client.get("/user/organizations").asJsonArray();
        assertThat(organizations).hasSize(1);
        JsonObject organization = ClientWire.organization(organizations.get(0));
        assertThat(organization).isEqualTo(ClientWire.organization(client.get("/org/acme")));
        assertThat(organization.getInt("platform_max_sandbox_runtime_seconds")).isEqualTo(86_400);
        JsonArray workspaces = client.get("/org/acme/ws").asJsonArray();
        assertThat(workspaces).hasSize(1);
        JsonObject workspace = ClientWire.workspace(workspaces.get(0));
        assertThat(workspace).isEqualTo(ClientWire.workspace(client.get("/org/acme/ws/main")));
        assertThat(workspace.getString("org_id")).isEqualTo(organization.getString("id"));
        assertThat(workspace.getBoolean("is_default")).isTrue();
        assertThat(client.get("/org/acme/ws/main/projects").asJsonArray()).isEmpty();
        isRefused("/org/acme/ws/main/projects/p", 404);
        isRefused("/org/other", 403);
        isRefused("/org/acme/ws/other", 403);
        isRefused("/org/other/ws", 403);
    }

    private void isRefused(String path, int status) {
        assertThatThrownBy(() -> client.get(path))
                .isInstanceOfSatisfying(
                        Refusal.class, refused -> assertThat(refused.status()).isEqualTo(status));
    }

    @Test
    void itProvisionsExecutesAndTearsDown() throws Exception {
        String environments = "/org/acme/ws/main/environments";
        JsonObject wanted = Json.createObjectBuilder()
                .add("task_ref", "shell")
                .add("timeout_sec", 600)
                .build();

        JsonObject made = ClientWire.strict(
                client.post(environments, wanted, Map.of()), "id", "state", "execute_token", "task_ref");
        String one = environments + "/" + made.getString("id");
        assertThat(ClientWire.strict(client.get(one + "/status"), "state", "expires_at")
                        .getString("state"))
                .isEqualTo("ready");
        JsonObject ran = client.post(
                        one + "/execute",
                        Json.createObjectBuilder()
                                .add("command", "echo hi; exit 3")
                                .build(),
                        Map.of("X-Environment-Token", "Bearer " + made.getString("execute_token")))
                .asJsonObject();
        assertThat(ran.getInt("exit_code")).isEqualTo(3);
        assertThat(ran.getString("output")).isEqualTo("hi\n");
        assertThat(ClientWire.strict(client.get(one + "/logs"), "logs").getString("logs"))
                .contains("exit code 3");
        assertThat(ClientWire.strict(client.get(environments + "?page=1&limit=50&state=running"), "environments"))
                .isNotNull();
        client.delete(one);
        client.delete(one);
        assertThat(ClientWire.strict(client.get("/org/acme/tasks"), "tasks").getJsonArray("tasks"))
                .isNotEmpty();
    }

    /** It gets white space before its 30 s are over, and then nothing but results; others get what they got. */
    @Test
    void itIsAnsweredWithResultsForAsLongAsItTakes() throws Exception {
        Api.Environment made = maker.provision();
        String execute = "/org/acme/ws/main/environments/" + made.id() + "/execute";
        Map<String, String> token = Map.of("X-Environment-Token", made.token());
        JsonObject slow = Json.createObjectBuilder()
                .add("command", "echo partial; sleep 60")
                .add("timeout_sec", 2)
                .build();

        JsonObject late = client.post(execute, slow, token).asJsonObject();
        Answer others = maker.post("/" + made.id() + "/execute", slow.toString(), token);

        assertThat(late.getInt("exit_code")).isEqualTo(124);
        assertThat(late.getString("output")).isEqualTo("partial\n");
        others.isError(504, "gateway_timeout_error");
        JsonObject doomed = Json.createObjectBuilder()
                .add("command", "echo begun; touch /tmp/begun; sleep 60")
                .build();
        CompletableFuture<JsonObject> waiting = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                waiting.complete(client.post(execute, doomed, token).asJsonObject());
            } catch (Exception failed) {
                waiting.completeExceptionally(failed);
            }
        });
        caller.start();
        maker.output(made, "until [ -e /tmp/begun ]; do sleep 0.05; done; sleep 2");
        maker.delete(made.id());
        JsonObject lost = waiting.get(20, TimeUnit.SECONDS);
        caller.join();
        assertThat(lost.getInt("exit_code")).isEqualTo(255);
        assertThat(lost.getString("output")).startsWith("begun\n[sandlot: ").endsWith("]\n");
    }

    @Test
    void itReadsOfTasksWhatItNeeds() throws Exception {
        JsonObject task = ClientWire.strict(client.get("/org/acme/tasks/shell"), "id", "name", "organization_id");
        assertThat(task.getString("org_key")).isEqualTo("sandlot");
        assertThat(ClientWire.strict(client.get("/org/acme/tasks/facets"), "tags", "difficulty", "author", "source")
                        .getJsonArray("tags"))
                .isNotEmpty();
        assertThat(ClientWire.strict(client.get("/org/acme/tasks/shell/instruction"), "instruction"))
                .isNotNull();
        assertThat(client.get("/org/acme/tasks/shell/readme").asJsonObject()).containsKey("readme");
        isRefused("/org/acme/tasks/none/readme", 404);
        String mine = "/api/v1/org/acme/tasks/mine";
        Api.send(keyed(secret, mine + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"instruction\":\"do it\",\"verification\":{}}")));
        Answer shown = Api.send(keyed(secret, mine + "/visibility")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"is_public\":true}")));
        assertThat(shown.body().getBoolean("is_public")).isTrue();
        client.delete("/org/acme/tasks/mine/1.0.0");
        isRefused("/org/acme/tasks/mine/1.0.0", 404);
    }

    @Test
    void theAuditNamesAKeyByItsId() throws Exception {
        JsonObject made = make(maker, "{\"name\":\"audited\",\"allow_self_revoke\":true}");
        Answer revoked = Api.send(
                keyed(made.getString("key"), "/api/v1/user/api-keys/self").DELETE());
        assertThat(revoked.status()).isEqualTo(204);

        Answer told = maker.get("/api/v1/audit?operation=revokeOwnApiKey&limit=1");
        assertThat(told.body().getJsonArray("entries").getJsonObject(0).getString("credential"))
                .isEqualTo("key:" + made.getString("id"));
    }

    static List<DocumentedOperation> operations() throws Exception {
        return DocumentedOperation.all().stream().filter(one -> !one.isOpen()).toList();
    }

    private static String path(DocumentedOperation operation) {
        return operation
                .request()
                .replaceFirst("^\\w+ ", "")
                .replaceFirst("^W", "/org/acme/ws/main")
                .replaceFirst("^T", "/org/acme/tasks")
                .replaceFirst("^O", "/org/acme")
                .replaceFirst("^U", "/user")
                .replaceAll(
                        "\\{(environment|execution|key)_id}", UUID.randomUUID().toString())
                .replace("{of_org}", "some-org")
                .replace("{of_workspace}", "main")
                .replace("{name}", "shell")
                .replace("{version}", "1.0.0");
    }

    private static HttpRequest.Builder call(DocumentedOperation operation, HttpRequest.Builder request) {
        String verb = operation.request().split(" ", 2)[0];
        return request.header("Content-Type", "application/json")
                .header("X-Environment-Token", "x")
                .method(
                        verb,
                        List.of("GET", "DELETE").contains(verb)
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString("{}"));
    }

    /** As with a token: the container does not know of keys, so each operation is asked. */
    @ParameterizedTest
    @MethodSource("operations")
    void aKeyWithoutTheRoleIsRefusedWhateverItAsks(DocumentedOperation operation) throws Exception {
        String none = make(maker, "{\"name\":\"none\",\"allowed_scopes\":[\"tasks:publish-public\"]}")
                .getString("key");
        // One of the operations ends the key that it comes with.
        String all =
                make(maker, "{\"name\":\"none\",\"allow_self_revoke\":true}").getString("key");
        String path = "/api/v1" + path(operation);

        Answer refused = Api.send(call(operation, keyed(none, path)));

        boolean isForAny = operation.roles().equals("any");
        if (isForAny) {
            assertThat(refused.status()).isNotIn(401, 403, 405, 500);
        } else {
            assertThatItIsForbidden(operation, refused);
        }
        if (path.contains("/acme")) {
            Answer foreign = Api.send(call(operation, keyed(all, path.replace("/acme", "/other"))));
            assertThatItIsForbidden(operation, foreign);
            assertThat(isForAny || refused.body().equals(foreign.body())).isTrue();
        }
        assertThat(Api.send(call(operation, keyed(all, path))).status())
                .as("with its maker's role")
                .isNotIn(401, 405, 500);
        revokeAll("none");
    }

    /** An answer to HEAD has no body. */
    private static void assertThatItIsForbidden(DocumentedOperation operation, Answer refused) {
        if (operation.request().startsWith("HEAD ")) {
            assertThat(refused.status()).isEqualTo(403);
        } else {
            refused.isError(403, "forbidden_error");
        }
    }

    private void revokeAll(String name) throws Exception {
        for (JsonValue key : maker.get("/api/v1/user/api-keys").body().getJsonArray("api_keys")) {
            if (key.asJsonObject().getString("name").equals(name)) {
                Api.send(maker.request(
                                "/api/v1/user/api-keys/" + key.asJsonObject().getString("id"))
                        .DELETE());
            }
        }
    }

    @Test
    void aKeyIsShownOnceAndListedMasked() throws Exception {
        JsonObject made = make(maker, "{\"name\":\"shown\",\"allowed_scopes\":[\"environments:read\"]}");
        String key = made.getString("key");

        assertThat(key).matches("dn_key_[\\w-]{43}");
        assertThat(made.getBoolean("active")).isTrue();
        assertThat(made.getJsonArray("allowed_scopes").getString(0)).isEqualTo("environments:read");
        Answer list = maker.get("/api/v1/user/api-keys");
        assertThat(list.raw().body()).contains("shown", key.substring(46)).doesNotContain(key);
        assertThat(withKey(key, maker.path("")).status()).isEqualTo(200);
        assertThat(SERVER.allLogs())
                .contains("Key " + made.getString("id") + " is made")
                .doesNotContain(key);
    }

    @Test
    void aRevokedKeyIsNoneAtOnce() throws Exception {
        JsonObject made = make(maker, "{\"name\":\"brief\",\"allow_self_revoke\":true}");
        String key = made.getString("key");
        assertThat(withKey(key, maker.path("")).status()).isEqualTo(200);

        Answer rotated = post(maker, "/" + made.getString("id") + "/rotate", "");

        assertThat(rotated.status()).isEqualTo(201);
        withKey(key, maker.path("")).isError(401, "expired_token_error");
        String next = rotated.body().getString("key");
        assertThat(Api.send(keyed(next, "/api/v1/user/api-keys/self").DELETE()).status())
                .isEqualTo(204);
        Answer dead = withKey(next, maker.path("")).isError(401, "expired_token_error");
        assertThat(dead.header("WWW-Authenticate")).contains("invalid_token");
    }

    @Test
    void whatIsNoKeyIsA401OnEveryPath() throws Exception {
        for (String path : List.of("/api/v1", "/api/v1/nothing", "/api/v1/user", maker.path(""))) {
            for (String key : List.of("x", "dn_key_" + "A".repeat(43), secret + "x")) {
                withKey(key, path).isError(401, "authentication_error");
            }
        }
        withKey(secret, "/api/v1/nothing").isError(404, "not_found_error");
        assertThat(withKey(IDENTITIES.admin(), "/api/v1/user")
                        .isError(401, "authentication_error")
                        .body()
                        .getString("detail"))
                .as("a token is none, and that is said")
                .contains("Authorization: Bearer");
    }

    @Test
    void anAuthorizationHeaderCountsAlone() throws Exception {
        Token other = new Token();
        other.subject = "somebody else";

        assertThat(Api.send(keyed(secret, "/api/v1/user").header("Authorization", "Bearer " + IDENTITIES.sign(other)))
                        .body()
                        .getString("username"))
                .isEqualTo("somebody else");
        for (String authorization : List.of("Bearer x", "Basic eDp5", "Bearer " + secret)) {
            Api.send(keyed(secret, "/api/v1/user").header("Authorization", authorization))
                    .isError(401, "authentication_error");
        }
    }

    @Test
    void aKeyMakesNoKeys() throws Exception {
        for (HttpRequest.Builder request : List.of(
                keyed(secret, "/api/v1/user/api-keys").GET(),
                keyed(secret, "/api/v1/user/api-keys")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"more\"}")),
                keyed(secret, "/api/v1/user/api-keys/" + UUID.randomUUID()).DELETE())) {
            Api.send(request).isError(403, "forbidden_error");
        }
    }

    @Test
    void largeBodiesComeWithAKeyToo() throws Exception {
        Answer refused = Api.send(keyed(secret, maker.path(""))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"task_ref\":\"" + "x".repeat(1 << 20) + "\"}")));

        refused.isError(422, "validation_error");
    }

    @Test
    void aKeyNeverHasMoreThanItsMaker() throws Exception {
        Api reader = new Api(SERVER, IDENTITIES.withRoles("environments:read"));

        post(reader, "", "{\"name\":\"a\",\"allowed_scopes\":[\"environments:execute\"]}")
                .isError(403, "forbidden_error");
        post(reader, "", "{\"name\":\"a\",\"org_id\":\"other\"}").isError(403, "forbidden_error");
        post(reader, "", "{\"name\":\"a\",\"allowed_scopes\":[\"root\"]}").isError(422, "validation_error");
        post(new Api(SERVER, IDENTITIES.withRoles("nothing")), "", "{\"name\":\"a\"}")
                .isError(403, "forbidden_error");
    }

    /** Python on an example, as anybody starts it, but that it leaves nothing beside it. */
    private String python(Path folder, String... args) throws Exception {
        List<String> words = new ArrayList<>(List.of("python3", "-X", "pycache_prefix=" + folder, "-W", "error"));
        words.addAll(List.of(args));
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("SANDLOT_SERVER", SERVER.uri().toString());
        builder.environment().put("SANDLOT_WORKSPACE", "acme/main");
        builder.environment().put("SANDLOT_KEY", secret);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }

    @Test
    void theExampleOfAClientDoesWhatItSays(@TempDir Path folder) throws Exception {
        assertThat(python(folder, "examples/client/smoke.py")).endsWith("OK\n");
    }

    @Test
    void theExamplesCompile(@TempDir Path folder) throws Exception {
        try (Stream<Path> examples = Files.walk(Path.of("examples"))) {
            List<String> files = examples.map(Path::toString)
                    .filter(name -> name.endsWith(".py"))
                    .toList();
            assertThat(files).hasSizeGreaterThan(3);
            python(
                    folder,
                    Stream.concat(Stream.of("-m", "py_compile"), files.stream()).toArray(String[]::new));
        }
    }
}
