package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.Sha256;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who did what, as the server tells it. */
@Timeout(120)
class AuditE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of());

    @TempDir
    private Path folder;

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private static String token(String subject, String... roles) {
        Token token = new Token();
        token.subject = subject;
        token.roles = List.of(roles);
        return IDENTITIES.sign(token);
    }

    private List<JsonObject> audit(String query) throws Exception {
        Answer answer = api.get("/api/v1/audit?" + query);
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.body().getJsonArray("entries").getValuesAs(JsonObject.class);
    }

    /** Ends of commands are there a moment after their answers. */
    private JsonObject untilTold(String query) throws Exception {
        List<JsonObject> found;
        do {
            found = audit(query);
        } while (found.isEmpty());
        return found.get(0);
    }

    @Test
    void whatIsDoneIsTold() throws Exception {
        Environment environment = api.provision();
        String secret = "marker-" + UUID.randomUUID();
        Answer answer = api.post(
                "/" + environment.id() + "/execute",
                Api.body("echo " + secret + "; exit 3", Map.of("stdin", secret + "-in")),
                Map.of("X-Environment-Token", environment.token(), "X-Request-Id", "mine-1"));
        assertThat(answer.body().getInt("exit_code")).isEqualTo(3);
        assertThat(api.delete(environment.id()).status()).isEqualTo(204);

        JsonObject told = untilTold("operation=execute&environment_id=" + environment.id());
        assertThat(told.getString("execution_id")).isEqualTo(answer.header("X-Execution-Id"));
        assertThat(told.getString("command_sha256")).isEqualTo(Sha256.of("echo " + secret + "; exit 3"));
        assertThat(told.getString("outcome")).isEqualTo("exited");
        assertThat(told.getInt("exit_code")).isEqualTo(3);
        assertThat(told.getInt("output_bytes")).isEqualTo(secret.length() + 1);
        assertThat(told.getString("request_id")).isEqualTo("mine-1");
        assertThat(told.getString("org")).isEqualTo("acme");
        assertThat(told.getString("workspace")).isEqualTo("main");
        for (String operation : List.of("provisionEnvironment", "execute", "deleteEnvironment")) {
            JsonObject one = untilTold("operation=" + operation + "&environment_id=" + environment.id());
            assertThat(one.getString("subject")).as(operation).isEqualTo("tester");
            assertThat(one.getString("credential")).as(operation).isEqualTo("jwt:" + Identities.ISSUER);
            assertThat(one.getString("address")).as(operation).isEqualTo("127.0.0.1");
            assertThat(one.getString("request_id")).as(operation).isNotEmpty();
        }
        assertThat(lines()).doesNotContain(secret, environment.token());
    }

    private HttpRequest.Builder file(Environment environment, String operation) {
        return api.request(api.path("/" + environment.id() + operation))
                .header("X-Environment-Token", environment.token());
    }

    /** Of reading, content alone; of a path its hash. */
    @Test
    void whatIsDoneWithFilesIsTold() throws Exception {
        Environment environment = api.provision();
        String secret = "marker-" + UUID.randomUUID();
        Api.send(file(environment, "/files?path=" + secret).PUT(BodyPublishers.ofString(secret)));
        Api.send(file(environment, "/files?path=" + secret));
        Api.send(file(environment, "/files/entry?path=" + secret));
        api.post(
                "/" + environment.id() + "/files/move",
                "{\"source\":\"" + secret + "\",\"destination\":\"b\"}",
                Map.of("X-Environment-Token", environment.token()));
        Api.send(file(environment, "/archive?path=."));
        Api.send(file(environment, "/files?path=b").DELETE());
        api.delete(environment.id());

        for (String operation : List.of("writeFile", "readFile")) {
            JsonObject told = untilTold("operation=" + operation + "&environment_id=" + environment.id());
            assertThat(told.getString("command_sha256")).as(operation).isEqualTo(Sha256.of(secret));
            assertThat(told.getInt("output_bytes")).as(operation).isEqualTo(secret.length());
            assertThat(told.getString("subject")).as(operation).isEqualTo("tester");
            assertThat(told).as(operation).doesNotContainKey("command");
        }
        assertThat(untilTold("operation=moveFile&environment_id=" + environment.id())
                        .getString("command_sha256"))
                .isEqualTo(Sha256.of("[\"" + secret + "\",\"b\"]"));
        for (String operation : List.of("readArchive", "deleteFile")) {
            assertThat(untilTold("operation=" + operation + "&environment_id=" + environment.id())
                            .getString("command_sha256"))
                    .isEqualTo(Sha256.of(operation.equals("deleteFile") ? "b" : "."));
        }
        assertThat(audit("operation=getFileEntry")).isEmpty();
        assertThat(lines()).doesNotContain(secret);
    }

    @Test
    void whatIsRefusedIsTold() throws Exception {
        Environment environment = api.provision();
        for (int i = 0; i < 100; i++) {
            new Api(SERVER, "no token").inWorkspace("").isError(401, "authentication_error");
        }
        new Api(SERVER, token("reader", "environments:read"))
                .execute(environment, "true", Map.of())
                .isError(403, "forbidden_error");
        api.execute(new Environment(environment.id(), "wrong", environment.body()), "true", Map.of())
                .isError(403, "forbidden_error");

        JsonObject unknown = untilTold("outcome=refused&operation=unknown");
        assertThat(unknown.getInt("status")).isEqualTo(401);
        assertThat(unknown.getString("address")).isEqualTo("127.0.0.1");
        JsonObject reader = untilTold("outcome=refused&caller=reader");
        assertThat(reader.getString("operation")).isEqualTo("execute");
        assertThat(reader.getString("environment_id")).isEqualTo(environment.id());
        assertThat(untilTold("outcome=refused&caller=tester&environment_id=" + environment.id())
                        .getInt("status"))
                .isEqualTo(403);
        assertThat(audit("outcome=refused&operation=unknown&limit=200"))
                .as("of many alike one is told at once")
                .hasSizeLessThan(10);
        api.delete(environment.id());
    }

    private void setMode(String mode) throws Exception {
        Answer set = Api.send(api.request("/api/v1/admin/mode")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"mode\":\"" + mode + "\"}")));
        assertThat(set.status()).as(set.raw().body()).isEqualTo(200);
        assertThat(api.get("/api/v1/admin/mode").body().getString("mode")).isEqualTo(mode);
    }

    private int ready() throws Exception {
        return Api.plainGet(SERVER.uri().resolve("/health/ready")).statusCode();
    }

    @Test
    void aServerThatIsDrainedTakesNothingNewAlsoAfterAStart() throws Exception {
        Environment environment = api.provision();
        Map<String, String> again = Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", "drained");
        String path = "/" + environment.id() + "/execute";
        api.post(path, Api.body("echo once", Map.of()), again);
        CompletableFuture<HttpResponse<String>> running = Api.CLIENT.sendAsync(
                api.postRequest(
                                path,
                                Api.body("touch /tmp/on; until [ -e /tmp/go ]; do sleep 0.1; done; echo on", Map.of()),
                                Map.of("X-Environment-Token", environment.token()))
                        .build(),
                BodyHandlers.ofString());
        api.output(
                environment, "until [ -e /tmp/on ]; do sleep 0.1; done; (sleep 2; touch /tmp/go) > /dev/null 2>&1 &");
        setMode("drain");
        try {
            Answer refused = api.execute(environment, "true", Map.of()).isError(429, "rate_limit_error");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            api.post("", "{\"task_ref\":\"shell\"}", Map.of()).isError(429, "rate_limit_error");
            assertThat(ready()).isEqualTo(503);
            assertThat(api.post(path, Api.body("echo once", Map.of()), again)
                            .body()
                            .getString("output"))
                    .as("what was asked for before")
                    .isEqualTo("once\n");
            assertThat(running.get(60, TimeUnit.SECONDS).body()).contains("on\\n");

            SERVER.kill();
            SERVER.startUnready();

            api.execute(environment, "true", Map.of()).isError(429, "rate_limit_error");
        } finally {
            setMode("open");
        }
        assertThat(ready()).isEqualTo(200);
        assertThat(api.output(environment, "echo open")).isEqualTo("open\n");
        assertThat(audit("operation=setMode&outcome=done").size()).isGreaterThanOrEqualTo(2);
        api.delete(environment.id());
    }

    @Test
    void aServerThatIsReadOnlyChangesNothing() throws Exception {
        Environment environment = api.provision();
        setMode("read_only");
        try {
            api.execute(environment, "true", Map.of()).isError(429, "rate_limit_error");
            api.delete(environment.id()).isError(429, "rate_limit_error");
            assertThat(api.inWorkspace("/" + environment.id()).body().getString("state"))
                    .isEqualTo("ready");
            assertThat(ready()).isEqualTo(200);
        } finally {
            setMode("open");
        }
        assertThat(api.delete(environment.id()).status()).isEqualTo(204);
    }

    @Test
    void theOperatorSeesAndEndsEnvironmentsOfAllTenants() throws Exception {
        Token others = new Token();
        others.subject = "other";
        others.roles = List.of("environments:write", "environments:read");
        others.workspaces = List.of("other/theirs");
        Api other = new Api(SERVER.uri(), IDENTITIES.sign(others), "other", "theirs");
        Environment theirs = other.provision();

        List<JsonObject> all = api.get("/api/v1/admin/environments?state=ready&limit=200")
                .body()
                .getJsonArray("environments")
                .getValuesAs(JsonObject.class);
        assertThat(all)
                .filteredOn(one -> one.getString("id").equals(theirs.id()))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.getString("org")).isEqualTo("other");
                    assertThat(one.getString("workspace")).isEqualTo("theirs");
                    assertThat(one.getString("created_by")).isEqualTo("other");
                });
        String address = "/api/v1/admin/environments/" + theirs.id();
        Api.send(other.request(address).DELETE()).isError(403, "forbidden_error");
        assertThat(Api.send(api.request(address).DELETE()).status()).isEqualTo(204);

        assertThat(other.inWorkspace("/" + theirs.id()).body().getString("state"))
                .isEqualTo("torn_down");
        assertThat(untilTold("operation=endEnvironment&environment_id=" + theirs.id() + "&outcome=done")
                        .getString("subject"))
                .isEqualTo("tester");
        Api.send(api.request("/api/v1/admin/environments/" + UUID.randomUUID()).DELETE())
                .isError(404, "not_found_error");
        Api.send(api.request("/api/v1/admin/environments/x").DELETE()).isError(422, "validation_error");
    }

    private String lines() throws IOException, InterruptedException {
        HttpResponse<String> answer = Api.CLIENT.send(
                api.request("/api/v1/audit")
                        .header("Accept", "application/x-ndjson")
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/x-ndjson");
        return answer.body();
    }

    @Test
    void theChainIsWholeHereAndWhereItIsExported() throws Exception {
        api.delete(api.provision().id());
        Answer verified = api.get("/api/v1/audit/verification");

        assertThat(verified.body().getBoolean("intact"))
                .as(verified.raw().body())
                .isTrue();
        assertThat(verified.body().getInt("entries")).isGreaterThanOrEqualTo(2);
        List<String> lines = new ArrayList<>(lines().lines().toList());
        assertThat(lines).hasSizeGreaterThan(verified.body().getInt("entries"));
        assertThat(verifier(lines)).contains("The chain of " + lines.size() + " entries is whole");
        lines.remove(1);
        assertThat(verifier(lines)).contains("The chain is broken at entry 2 (line 2)");
    }

    /** With the web application's own classes and nothing else. */
    private String verifier(List<String> lines) throws IOException {
        Path file = Files.write(folder.resolve("audit.ndjson"), lines);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        "target/classes",
                        "dev.sandlot.audit.VerifyAudit",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void pagesFollowOnEachOther() throws Exception {
        for (int i = 0; i < 3; i++) {
            api.delete(api.provision().id());
        }
        String query = "operation=provisionEnvironment&org=acme&since=2020-01-01T00:00:00Z&limit=1";
        List<Integer> found = new ArrayList<>();
        String before = "";
        for (boolean more = true; more; ) {
            JsonObject page = api.get("/api/v1/audit?" + query + before).body();
            page.getJsonArray("entries").getValuesAs(JsonObject.class).forEach(entry -> found.add(entry.getInt("seq")));
            more = page.getBoolean("has_next");
            before = more ? "&before=" + page.getInt("next") : "";
        }

        assertThat(found)
                .hasSizeGreaterThanOrEqualTo(3)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=yesterday",
                "org=A",
                "environment_id=1",
                "before=x",
                "limit=0",
                "workspace=%20",
                "caller=a%00",
                "operation=%00",
                "outcome=%00",
                "since=%2B12000-01-01T00:00:00Z",
                "until=0000-01-01T00:00:00Z"
            })
    void whatCannotBeMeantIsAFault(String query) throws Exception {
        Answer answer = api.get("/api/v1/audit?" + query).isError(422, "validation_error");

        assertThat(answer.faults()).containsExactly("[query," + query.replaceFirst("=.*", "") + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/audit", "/api/v1/audit/verification", "/api/v1/admin/environments", "/api/v1/admin/mode"
            })
    void itIsTheOperatorsAlone(String path) throws Exception {
        Api tenant = new Api(SERVER, token("tenant", "environments:read", "environments:execute"));

        tenant.get(path).isError(403, "forbidden_error");
        assertThat(api.get(path).status()).isEqualTo(200);
        assertThat(untilTold("operation=listAudit&outcome=done").getString("subject"))
                .isEqualTo("tester");
    }
}
