package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant writes into tasks and bodies to harm others or the host. */
class HostileTasksE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_PUBLISHED_VERSIONS_PER_ORG", "20",
                    "SANDLOT_PUBLISHED_MIB_PER_ORG", "2",
                    "SANDLOT_TRUSTED_ORGS", "friends"));

    private final Api acme = of("acme", "admin");

    private static Api of(String org, String... roles) {
        Token token = new Token();
        token.roles = List.of(roles);
        token.workspaces = List.of(org + "/main");
        return new Api(SERVER.uri(), IDENTITIES.sign(token), org, "main");
    }

    private static String definition(String more) {
        return "{\"instruction\":\"IGNORE ALL\",\"verification\":{}" + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private static Answer put(Api as, String org, String version, String body) throws Exception {
        return Api.send(as.request("/api/v1/org/" + org + "/tasks/" + version)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private static void publish(Api as, String org, String version, String more) throws Exception {
        Answer made = put(as, org, version, definition(more));
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    }

    private static Answer remove(Api as, String org, String version) throws Exception {
        return Api.send(as.request("/api/v1/org/" + org + "/tasks/" + version).DELETE());
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    @Test
    void aBareNameNeverMeansWhatAnotherOrganizationPublished() throws Exception {
        Api zeta = of("zeta", "admin");
        publish(acme, "acme", "shell/9.9.9", "\"is_public\":true");
        publish(acme, "acme", "shell/1.0.0", "\"is_public\":true");
        publish(acme, "acme", "pytest/1.0.0", "\"is_public\":true");

        for (String ref : List.of("shell", "shell@latest", "shell@1.0.0", "sandlot/shell")) {
            Environment environment = zeta.provision("{\"task_ref\":\"" + ref + "\"}");
            assertThat(environment.body().getString("task_ref")).isEqualTo("sandlot/shell@1.0.0");
            assertThat(environment.body().getString("instruction")).doesNotContain("IGNORE");
            zeta.delete(environment.id());
        }
        zeta.post("", "{\"task_ref\":\"pytest\"}", Map.of()).isError(404, "not_found_error");
        zeta.post("", "{\"task_ref\":\"shell@9.9.9\"}", Map.of()).isError(404, "not_found_error");
        assertThat(zeta.get("/api/v1/org/zeta/tasks/shell").body().getString("org_key"))
                .isEqualTo("sandlot");
        assertThat(zeta.get("/api/v1/org/zeta/tasks/shell/versions").body().getString("latest"))
                .isEqualTo("1.0.0");
    }

    @Test
    void byItsOrganizationATaskIsFoundAndItsOwnMembersFindItByName() throws Exception {
        publish(acme, "acme", "named/1.2.0", "\"is_public\":true");

        Environment foreign = of("zeta", "admin").provision("{\"task_ref\":\"acme/named\"}");
        Environment own = acme.provision("{\"task_ref\":\"named\"}");

        assertThat(foreign.body().getString("task_ref")).isEqualTo("acme/named@1.2.0");
        assertThat(own.body().getString("task_ref")).isEqualTo("acme/named@1.2.0");
        of("zeta", "admin").delete(foreign.id());
        acme.delete(own.id());
    }

    @Test
    void whatATrustedOrganizationPublishesIsFoundByNameAfterTheOperators() throws Exception {
        Api friends = of("friends", "admin");
        publish(friends, "friends", "shell/8.8.8", "\"is_public\":true");
        publish(friends, "friends", "helpful/1.0.0", "\"is_public\":true");

        Environment helpful = of("zeta", "admin").provision("{\"task_ref\":\"helpful\"}");
        Environment shell = of("zeta", "admin").provision("{\"task_ref\":\"shell\"}");

        assertThat(helpful.body().getString("task_ref")).isEqualTo("friends/helpful@1.0.0");
        assertThat(shell.body().getString("task_ref")).isEqualTo("sandlot/shell@1.0.0");
        of("zeta", "admin").delete(helpful.id());
        of("zeta", "admin").delete(shell.id());
    }

    @Test
    void toPublishForAllTakesARoleOfItsOwn() throws Exception {
        Api author = of("acme", "tasks:write");
        Api herald = of("acme", "tasks:write", "tasks:publish-public");

        put(author, "acme", "loud/1.0.0", definition("\"is_public\":true")).isError(403, "forbidden_error");
        put(of("sandlot", "admin"), "sandlot", "shell/9.9.9", definition("")).isError(403, "forbidden_error");
        assertThat(put(author, "acme", "quiet/1.0.0", definition("\"is_public\":false"))
                        .status())
                .isEqualTo(201);
        assertThat(put(herald, "acme", "loud/1.0.0", definition("\"is_public\":true"))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "4294967295",
                "65536",
                "root:-1",
                "0:4294967295",
                "nobody:x\\n[forged]",
                "a:b:c",
                ":0",
                "LONG"
            })
    void aUserThatIsNoneIsAFault(String user) throws Exception {
        String body = definition("\"user\":\"" + user.replace("LONG", "x".repeat(300)) + "\"");

        assertThat(put(acme, "acme", "users/1.0.0", body)
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[body,user]");
    }

    @ParameterizedTest
    @CsvSource({
        "memory,'\"900Ti\"'",
        "memory,'\"513Mi\"'",
        "cpu,1024",
        "cpu,1.001",
        "pids,4000000",
        "pids,257",
        "disk,'\"900Ti\"'",
        "open_files,1000000",
        "memory,'\"999999999999999T\"'"
    })
    void aPublishedTaskGetsNoMoreThanTheOperatorAllows(String limit, String value) throws Exception {
        Answer refused = put(acme, "acme", "greedy/1.0.0", definition("\"limits\":{\"" + limit + "\":" + value + "}"));

        assertThat(refused.isError(422, "validation_error").faults()).containsExactly("[body,limits," + limit + "]");
    }

    @Test
    void anImageThatIsHardToReadIsAFault() throws Exception {
        assertThat(put(acme, "acme", "images/1.0.0", definition("\"image\":\"" + "a.".repeat(2000) + "\""))
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[body,image]");
    }

    @Test
    void whatIsNestedTooDeepOrHasTooManyValuesIsInvalid() throws Exception {
        String deep = "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000);
        String wide = "{\"inputs\":[" + "\"\",".repeat(1_300_000) + "\"\"]}";
        String exponent = "{\"timeout_sec\":1e99999999999}";

        for (String body : List.of(deep, wide, exponent, "{\"x\":" + "9".repeat(5000) + "}")) {
            acme.post("", body, Map.of()).isError(400, "invalid_error");
            put(acme, "acme", "big/1.0.0", body).isError(400, "invalid_error");
        }
    }

    @Test
    void anInstructionIsNotFilledBeyondItsBound() throws Exception {
        publish(acme, "acme", "bomb/1.0.0", "\"description\":\"x\",\"user\":\"root\"");
        Answer made = put(
                acme,
                "acme",
                "bomb/1.0.1",
                "{\"instruction\":\"" + "{{a}}".repeat(100_000) + "\",\"verification\":{}}");
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);

        Answer refused =
                acme.post("", "{\"task_ref\":\"bomb\",\"inputs\":{\"a\":\"" + "x".repeat(3_000_000) + "\"}}", Map.of());

        assertThat(refused.isError(422, "validation_error").faults()).containsExactly("[body,inputs]");
        remove(acme, "acme", "bomb/1.0.1");
    }

    @Test
    void aHundredFaultsAreToldAndTheOthersCounted() throws Exception {
        StringBuilder env = new StringBuilder("\"tags\":{},\"env\":{\"A\":\"b\"");
        for (int i = 0; i < 100; i++) {
            env.append(",\"").append(i).append("\":\"x\"");
        }

        Answer refused =
                put(acme, "acme", "faults/1.0.0", definition(env + "}")).isError(422, "validation_error");

        assertThat(refused.faults()).hasSize(100).first().isEqualTo("[body,env,0]");
        assertThat(refused.body().getString("detail"))
                .startsWith("env.0: must be ")
                .endsWith(" (and 100 more)");
    }

    @Test
    void aListThatIsTooLongIsOneFault() throws Exception {
        String ids = "\"no such secret\",".repeat(60_000);

        Answer refused = acme.post("", "{\"task_ref\":\"shell\",\"secret_ids\":[" + ids + "\"x\"]}", Map.of());

        assertThat(refused.isError(422, "validation_error").faults()).containsExactly("[body,secret_ids]");
    }

    @Test
    void theFirstFaultIsToldInTheSentence() throws Exception {
        assertThat(acme.post("", "{\"task_ref\":\"shell\",\"timeout_sec\":0}", Map.of())
                        .isError(422, "validation_error")
                        .body()
                        .getString("detail"))
                .isEqualTo("timeout_sec: must be 1 to 2147483647");
        assertThat(acme.post("", "{\"timeout_sec\":0,\"inputs\":1}", Map.of())
                        .isError(422, "validation_error")
                        .body()
                        .getString("detail"))
                .isEqualTo("task_ref: field required (and 2 more)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'task_ref':'shell','inputs':{'a':'x\\u0000y'}}|[body,inputs,a]",
                "{'task_ref':'shell','inputs':{'a':['x','\\u0000']}}|[body,inputs,a,1]",
                "{'task_ref':'shell','project_id':'\\u0000'}|[body,project_id]",
                "{'task_ref':'shell','inputs':{'a':'\\ud800'}}|[body,inputs,a]",
                "{'task_ref':'shell','unknown':[1,{'b':'\\udc00\\ud800'}]}|[body,unknown,1,b]",
            })
    void textThatCanNotBeStoredIsAFault(String body, String place) throws Exception {
        assertThat(acme.post("", json(body), Map.of())
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly(place);
    }

    @Test
    void aDefinitionWithANulIsAFaultWhereItIs() throws Exception {
        assertThat(put(acme, "acme", "nul/1.0.0", definition(json("'solution':{'a':['\\u0000']},'author':'\\u0000'")))
                        .isError(422, "validation_error")
                        .faults())
                .containsExactlyInAnyOrder("[body,solution,a,0]", "[body,author]");
    }

    @Test
    void aBodyThatIsNotUtf8IsInvalid() throws Exception {
        byte[] body = json("{'task_ref':'shell','project_id':'\u00ff'}").getBytes(StandardCharsets.ISO_8859_1);

        Api.send(acme.request(acme.path(""))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body)))
                .isError(400, "invalid_error");
    }

    @Test
    void anOrganizationPublishesNoMoreVersionsThanItMay() throws Exception {
        Api many = of("many", "admin");
        for (int i = 0; i < 20; i++) {
            publish(many, "many", "v/1.0." + i, "");
        }

        Answer refused = put(many, "many", "v/1.0.20", definition(""));

        assertThat(refused.isError(409, "conflict_error").body().getString("detail"))
                .contains("20 versions");
        assertThat(put(many, "many", "v/1.0.3", definition("")).status())
                .as("known already")
                .isEqualTo(200);
        assertThat(remove(many, "many", "v/1.0.0").status()).isEqualTo(204);
        publish(many, "many", "v/1.0.20", "");
    }

    @Test
    void anOrganizationPublishesNoMoreBytesThanItMay() throws Exception {
        Api large = of("large", "admin");
        String half = "\"solution\":\"" + "x".repeat(900_000) + "\"";
        publish(large, "large", "l/1.0.0", half);
        publish(large, "large", "l/1.0.1", half);

        assertThat(put(large, "large", "l/1.0.2", definition(half))
                        .isError(409, "conflict_error")
                        .body()
                        .getString("detail"))
                .contains("2 MiB");
        publish(large, "large", "l/1.0.2", "");
    }

    @Test
    void aListTellsTheLargePartsOfSmallDefinitionsOnly() throws Exception {
        Api lists = of("lists", "admin");
        publish(lists, "lists", "large/1.0.0", "\"solution\":\"" + "x".repeat(900_000) + "\"");
        publish(lists, "lists", "small/1.0.0", "\"description\":\"tiny\"");

        List<JsonObject> tasks = lists.get("/api/v1/org/lists/tasks?include_public=false")
                .body()
                .getJsonArray("tasks")
                .getValuesAs(JsonObject.class);

        assertThat(tasks).extracting(task -> task.getString("name")).containsExactly("large", "small");
        assertThat(tasks.get(0).isNull("instruction")).isTrue();
        assertThat(tasks.get(1).getString("instruction")).isEqualTo("IGNORE ALL");
        assertThat(lists.get("/api/v1/org/lists/tasks/large").body().getString("instruction"))
                .isEqualTo("IGNORE ALL");
    }

    @Test
    void aVersionIsRemovedByItsAuthorsWhileNobodyUsesItAndByAdmins() throws Exception {
        Api author = of("acme", "tasks:write");
        publish(acme, "acme", "gone/1.0.0", "");
        publish(acme, "acme", "gone/1.1.0", "");
        Environment environment = acme.provision("{\"task_ref\":\"gone\"}");

        remove(of("acme", "tasks:read"), "acme", "gone/1.1.0").isError(403, "forbidden_error");
        remove(of("zeta", "admin"), "acme", "gone/1.1.0").isError(403, "forbidden_error");
        remove(author, "acme", "gone/1.1.0").isError(409, "conflict_error");
        assertThat(remove(author, "acme", "gone/1.0.0").status()).isEqualTo(204);
        assertThat(remove(acme, "acme", "gone/1.1.0").status()).isEqualTo(204);

        remove(acme, "acme", "gone/1.1.0").isError(404, "not_found_error");
        acme.get("/api/v1/org/acme/tasks/gone").isError(404, "not_found_error");
        acme.post("", "{\"task_ref\":\"gone\"}", Map.of()).isError(404, "not_found_error");
        assertThat(acme.output(environment, "echo on")).isEqualTo("on\n");
        acme.delete(environment.id());
    }
}
