package dev.sandlot.e2e;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.DocumentedOperation;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal of the contract comes back as the envelope, in the order that gives nothing away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsE2E {
    private static final List<String> ERRORS_OF_ALL = List.of("400", "401", "403", "422", "426", "429", "500");
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_MIN_CLIENT_VERSIONS", "sandlot-cli=1.2",
                    "SANDLOT_RATE_PER_SECOND", "1",
                    "SANDLOT_RATE_BURST", "1000",
                    "SANDLOT_EXECUTIONS_PER_ENVIRONMENT", "2"));

    private Api api;
    private Environment environment;

    @BeforeAll
    void provision() throws Exception {
        api = new Api(SERVER, IDENTITIES.admin());
        environment = api.provision();
    }

    @AfterAll
    void tearDown() throws Exception {
        api.delete(environment.id());
    }

    private Answer executeAs(Api caller, String id, String token, String body) throws Exception {
        return caller.post(
                "/" + id + "/execute", body, token.isEmpty() ? Map.of() : Map.of("X-Environment-Token", token));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1", "/api/v1/nothing", "/api/v1/org/acme/tasks", "/api/v1/org/acme/ws/main/environments"})
    void withoutATokenEveryPathIsA401(String path) throws Exception {
        Answer answer = new Api(SERVER, "").get(path);

        answer.isError(401, "authentication_error");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void aTokenWhoseSubjectCannotBeWrittenDownIsNobodys() throws Exception {
        for (String subject : List.of("x".repeat(1025), "a\u0000b")) {
            Token token = new Token();
            token.subject = subject;

            Answer refused =
                    new Api(SERVER, IDENTITIES.sign(token)).inWorkspace("").isError(401, "authentication_error");

            assertThat(refused.body().getString("detail")).contains("subject");
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void aTokenThatWasNeverGoodIsA401() throws Exception {
        Token otherIssuer = new Token();
        otherIssuer.issuer = "https://other.example";
        Token otherAudience = new Token();
        otherAudience.audience = "other";
        Token expiredElsewhere = new Token();
        expiredElsewhere.minutes = -60;

        for (String token : List.of(
                "nonsense",
                "a.b.c",
                new Identities().admin(),
                new Identities().sign(expiredElsewhere),
                IDENTITIES.sign(otherIssuer),
                IDENTITIES.sign(otherAudience))) {
            Answer answer = new Api(SERVER, token).inWorkspace("");
            answer.isError(401, "authentication_error");
            assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
        }
    }

    @Test
    void aTokenThatWasGoodOnceSaysSo() throws Exception {
        Token expired = new Token();
        expired.minutes = -60;

        new Api(SERVER, IDENTITIES.sign(expired)).inWorkspace("").isError(401, "expired_token_error");
    }

    @Test
    void anOldClientIsAskedToUpgrade() throws Exception {
        Answer answer = Api.send(api.request(api.path("")).header("User-Agent", "x/1 sandlot-cli/1.1.9"));

        answer.isError(426, "upgrade_required_error");
        assertThat(answer.header("Upgrade")).isEqualTo("sandlot-cli/1.2");
        assertThat(Api.send(api.request(api.path("")).header("User-Agent", "sandlot-cli/1.10"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aCallerOverTheRateIsToldWhenToComeBack() throws Exception {
        Token busy = new Token();
        busy.subject = "busy";
        Api caller = new Api(SERVER, IDENTITIES.sign(busy));
        Answer answer = caller.inWorkspace("?limit=1");
        for (int i = 0; i < 20 && answer.status() != 429; i++) {
            var pending = IntStream.range(0, 100)
                    .mapToObj(n -> Api.CLIENT.sendAsync(
                            caller.request(caller.path("/x")).build(), BodyHandlers.ofString()))
                    .toList();
            for (var one : pending) {
                answer = Answer.of(one.join());
            }
        }

        answer.isError(429, "rate_limit_error");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(answer.body().getString("detail")).doesNotContain("credit");
        assertThat(api.inWorkspace("?limit=1").status()).as("another caller").isEqualTo(200);
    }

    @Test
    void aMissingRoleAndAForeignWorkspaceLookAlike() throws Exception {
        Answer noRole = new Api(SERVER, IDENTITIES.withRoles("environments:read")).post("", "{}", Map.of());
        Answer foreign = new Api(SERVER.uri(), IDENTITIES.admin(), "other", "main").post("", "{}", Map.of());

        noRole.isError(403, "forbidden_error");
        foreign.isError(403, "forbidden_error");
        assertThat(noRole.body()).isEqualTo(foreign.body());
    }

    @ParameterizedTest
    @CsvSource({
        "environments:read,GET,'',200",
        "environments:write,GET,'',403",
        "environments:execute,GET,'',403",
        "environments:write,POST,'',422",
        "environments:read,POST,'',403",
        "environments:execute,POST,/00000000-0000-0000-0000-000000000000/execute,422",
        "environments:write,POST,/00000000-0000-0000-0000-000000000000/execute,403",
        "environments:read,DELETE,/00000000-0000-0000-0000-000000000000,403",
        "environments:write,DELETE,/00000000-0000-0000-0000-000000000000,404",
        "environments:read,GET,/00000000-0000-0000-0000-000000000000/executions,404",
    })
    void eachOperationNeedsItsRole(String role, String method, String below, int status) throws Exception {
        Api caller = new Api(SERVER, IDENTITIES.withRoles(role));

        Answer answer = Api.send(caller.request(caller.path(below))
                .header("Content-Type", "application/json")
                .method(method, method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void tasksNeedARoleToo() throws Exception {
        assertThat(new Api(SERVER, IDENTITIES.withRoles("tasks:read"))
                        .get("/api/v1/org/acme/tasks")
                        .status())
                .isEqualTo(200);
        new Api(SERVER, IDENTITIES.withRoles("nothing"))
                .get("/api/v1/org/acme/tasks")
                .isError(403, "forbidden_error");
        api.get("/api/v1/org/other/tasks").isError(403, "forbidden_error");
        api.get("/api/v1/org/acme/tasks/none").isError(404, "not_found_error");
        api.get("/api/v1/org/acme/tasks/shell/1").isError(422, "validation_error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|application/json",
                "[]|application/json",
                "{\"command\":\"true\"}|text/plain",
                "''|application/json",
            })
    void whatIsNoJsonObjectIsA400(String body, String type) throws Exception {
        api.post("/" + environment.id() + "/execute", body, Map.of("Content-Type", type))
                .isError(400, "invalid_error");
        api.post("", body, Map.of("Content-Type", type)).isError(400, "invalid_error");
    }

    @Test
    void anUnacceptableAcceptIsA400() throws Exception {
        Api.send(api.request(api.path("")).header("Accept", "text/html")).isError(400, "invalid_error");
    }

    @Test
    void aBodyThatIsTooLargeIsA400() throws Exception {
        api.post("", "{\"task_ref\":\"" + "x".repeat(5 << 20) + "\"}", Map.of()).isError(400, "invalid_error");
    }

    @Test
    void allFaultsOfARequestAreToldAtOnce() throws Exception {
        Answer answer = api.post("/not-a-uuid/execute", "{\"command\":\"a\\u0000b\",\"timeout_sec\":601}", Map.of());

        answer.isError(422, "validation_error");
        assertThat(answer.faults())
                .containsExactlyInAnyOrder(
                        "[path,environment_id]",
                        "[header,X-Environment-Token]",
                        "[body,command]",
                        "[body,timeout_sec]");
    }

    @Test
    void faultsOfAProvisionAndOfAListAreTold() throws Exception {
        Answer provision = api.post(
                "", "{\"task_ref\":\"Not A Ref\",\"inputs\":[],\"secret_ids\":[\"none\"],\"timeout_sec\":0}", Map.of());
        provision.isError(422, "validation_error");
        assertThat(provision.faults())
                .containsExactlyInAnyOrder("[body,task_ref]", "[body,inputs]", "[body,timeout_sec]");
        assertThat(api.post("", "{\"task_ref\":\"shell\",\"secret_ids\":[\"none\"]}", Map.of())
                        .faults())
                .containsExactly("[body,secret_ids,0]");
        assertThat(api.inWorkspace("?state=gone&page=0&limit=x").faults())
                .containsExactlyInAnyOrder("[query,state]", "[query,page]", "[query,limit]");
    }

    @Test
    void anUnknownTaskIsA404() throws Exception {
        api.post("", "{\"task_ref\":\"other/shell\"}", Map.of()).isError(404, "not_found_error");
        api.post("", "{\"task_ref\":\"shell@9.9.9\"}", Map.of()).isError(404, "not_found_error");
    }

    @Test
    void anEnvironmentOfAnotherTenantLooksLikeNone() throws Exception {
        Token other = new Token();
        other.workspaces = List.of("acme/other");
        Api stranger = new Api(SERVER.uri(), IDENTITIES.sign(other), "acme", "other");

        Answer foreign = executeAs(stranger, environment.id(), environment.token(), "{\"command\":\"true\"}");
        Answer none = executeAs(stranger, UUID.randomUUID().toString(), environment.token(), "{\"command\":\"true\"}");

        foreign.isError(404, "not_found_error");
        assertThat(foreign.body()).isEqualTo(none.body());
        stranger.inWorkspace("/" + environment.id()).isError(404, "not_found_error");
        stranger.delete(environment.id()).isError(404, "not_found_error");
    }

    @Test
    void theEnvironmentsTokenIsCheckedLast() throws Exception {
        executeAs(api, environment.id(), "wrong", "{\"command\":\"true\"}").isError(403, "forbidden_error");
        executeAs(api, UUID.randomUUID().toString(), "wrong", "{\"command\":\"true\"}")
                .isError(404, "not_found_error");
        executeAs(api, UUID.randomUUID().toString(), "", "{\"command\":\"true\"}")
                .isError(422, "validation_error");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/nothing",
        "GET,/api/v1/org/acme/ws/main/environments/",
        "PATCH,/api/v1/org/acme/ws/main/environments",
        "DELETE,/api/v1/org/acme/ws/main/environments",
        "GET,/api/v1/;x=1"
    })
    void whatIsNotThereIsA404(String method, String path) throws Exception {
        Api.send(api.request(path).method(method, BodyPublishers.noBody())).isError(404, "not_found_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/error", "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/nothing"})
    void pathsOutsideOfTheApiAnswerInTheSameShape(String path) throws Exception {
        new Api(SERVER, "").get(path).isError(404, "not_found_error");
    }

    @Test
    void tooManyExecutionsAtOnceAreA429() throws Exception {
        Environment busy = api.provision();
        try {
            var waiting = Stream.of(1, 2)
                    .map(n -> Api.CLIENT.sendAsync(
                            api.request(api.path("/" + busy.id() + "/execute"))
                                    .header("Content-Type", "application/json")
                                    .header("X-Environment-Token", busy.token())
                                    .POST(BodyPublishers.ofString(Api.body("until [ -e go ]; do :; done", Map.of())))
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            while (api.inWorkspace("/" + busy.id() + "/executions").body().getInt("total") < 2) {
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
            }

            Answer refused = api.execute(busy, "true", Map.of());

            refused.isError(429, "rate_limit_error");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body().getString("detail")).contains("this environment");
            api.delete(busy.id());
            waiting.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(502));
        } finally {
            api.delete(busy.id());
        }
    }

    @Test
    void theDescriptionTellsTheErrorsOfEachOperation() throws Exception {
        JsonObject api = Json.createReader(
                        new StringReader(Api.plainGet(SERVER.uri().resolve("/openapi?format=JSON"))
                                .body()))
                .readObject();
        Map<String, String> described = new TreeMap<>();
        for (JsonValue path : api.getJsonObject("paths").values()) {
            path.asJsonObject().values().stream()
                    .map(JsonValue::asJsonObject)
                    .filter(operation -> operation.containsKey("operationId"))
                    .forEach(operation -> described.put(
                            operation.getString("operationId"),
                            operation.getJsonObject("responses").keySet().stream()
                                    .filter(status -> status.compareTo("400") >= 0)
                                    .sorted()
                                    .collect(joining(", "))));
        }

        Map<String, String> documented = new TreeMap<>();
        for (DocumentedOperation operation : DocumentedOperation.all()) {
            documented.put(
                    operation.id(),
                    Stream.concat(ERRORS_OF_ALL.stream(), operation.errors().stream())
                            .sorted()
                            .collect(joining(", ")));
        }
        assertThat(described).isEqualTo(documented);
    }
}
