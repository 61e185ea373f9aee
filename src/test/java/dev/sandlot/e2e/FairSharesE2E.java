package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What all tenants share is not taken by one of them: places to provision in, environments, memory, services. */
@Tag("alone")
class FairSharesE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int ENVIRONMENTS = 40;
    private static final int MEMORY_MIB = 8192;
    private static final int SERVICES = 4;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_ENVIRONMENTS_PER_ORG", Integer.toString(ENVIRONMENTS),
                    "SANDLOT_MEMORY_BUDGET_MIB", Integer.toString(MEMORY_MIB),
                    "SANDLOT_SERVICES_PER_ORG", Integer.toString(SERVICES)));

    /** An organization that no other test has. */
    private static final class Org {
        final String name = "o" + UUID.randomUUID().toString().substring(0, 8);
        private final String token;
        private final List<Api> used = new ArrayList<>();

        Org() {
            Identities.Token claims = new Identities.Token();
            claims.subject = name;
            claims.workspaces = List.of(name + "/*");
            token = IDENTITIES.sign(claims);
        }

        Api workspace(String workspace) {
            Api api = new Api(SERVER.uri(), token, name, workspace);
            used.add(api);
            return api;
        }

        /** Publishes a task with these members and returns what provisions it. */
        String task(JsonObjectBuilder members) throws Exception {
            String definition = members.add("instruction", "x")
                    .add("verification", Json.createObjectBuilder())
                    .build()
                    .toString();
            Answer made = Api.send(workspace("main")
                    .request("/api/v1/org/" + name + "/tasks/t/1.0.0")
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(definition)));
            assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
            return "{\"task_ref\":\"" + name + "/t\"}";
        }

        /** Deletes all that it has. */
        void leave() throws Exception {
            for (Api api : used) {
                for (String id : ids(api, "")) {
                    assertThat(api.delete(id).status()).isEqualTo(204);
                }
            }
        }
    }

    private static List<String> ids(Api api, String query) throws Exception {
        return api.inWorkspace("?limit=200" + query).body().getJsonArray("environments").stream()
                .map(item -> item.asJsonObject().getString("id"))
                .toList();
    }

    private static JsonObjectBuilder withMemory(String memory) {
        return Json.createObjectBuilder()
                .add("limits", Json.createObjectBuilder().add("memory", memory));
    }

    private static CompletableFuture<HttpResponse<String>> begin(Api api, String body) {
        return Api.CLIENT.sendAsync(api.postRequest("", body, Map.of()).build(), BodyHandlers.ofString());
    }

    /** Provisions until that is refused; returns the refusal after having checked how many there were. */
    private static Answer fill(Api api, String body, int most) throws Exception {
        for (int i = 0; i < most; i++) {
            Answer made = api.post("", body, Map.of());
            assertThat(made.status()).as(i + ": " + made.raw().body()).isEqualTo(201);
        }
        return isRefused(api.post("", body, Map.of()));
    }

    private static Answer isRefused(Answer answer) {
        answer.isError(429, "rate_limit_error");
        assertThat(answer.header("Retry-After")).isEqualTo("60");
        return answer;
    }

    private static void isFreeForOthers() throws Exception {
        Org victim = new Org();
        assertThat(victim.workspace("main").provision()).isNotNull();
        victim.leave();
    }

    @Test
    void scriptsOfOneOrganizationHoldNobodyElseUp() throws Exception {
        Org mallory = new Org();
        Api api = mallory.workspace("main");
        String body = mallory.task(withMemory("16Mi").add("provision", "sleep 240"));
        api.provision();
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            sent.add(begin(api, body));
        }
        while (ids(api, "&state=provisioning").size() < 32) {
            assertThat(sent).noneMatch(CompletableFuture::isDone);
        }

        isFreeForOthers();

        assertThat(ids(api, "&state=provisioning")).as("the others go on").hasSize(32);
        mallory.leave();
        for (CompletableFuture<HttpResponse<String>> one : sent) {
            assertThat(one.join().statusCode()).as(one.join().body()).isIn(409, 502);
        }
    }

    @Test
    void anOrganizationIsBoundedHoweverManyWorkspacesItHas() throws Exception {
        Org org = new Org();
        String body = org.task(withMemory("16Mi"));
        for (int i = 0; i < ENVIRONMENTS; i++) {
            assertThat(org.workspace("w" + i).post("", body, Map.of()).status()).isEqualTo(201);
        }

        Answer refused = isRefused(org.workspace("more").post("", body, Map.of()));

        assertThat(refused.body().getString("detail"))
                .isEqualTo("There are 40 environments in this organization; delete one first");
        isFreeForOthers();
        org.leave();
        assertThat(org.workspace("more").post("", body, Map.of()).status()).isEqualTo(201);
        org.leave();
    }

    @Test
    void memoryIsPromisedOnceAndNotAllToOneOrganization() throws Exception {
        Org org = new Org();
        String body = org.task(withMemory("512Mi"));

        Answer refused = fill(org.workspace("main"), body, MEMORY_MIB / 2 / 512);

        assertThat(refused.body().getString("detail")).contains("8192 MiB of memory");
        isFreeForOthers();
        org.leave();
    }

    @Test
    void whatAnEarlierServerLeftCounts() throws Exception {
        Org org = new Org();
        String body = org.task(withMemory("512Mi"));
        Api api = org.workspace("main");
        fill(api, body, MEMORY_MIB / 2 / 512);

        SERVER.kill();
        SERVER.start();

        isRefused(api.post("", body, Map.of()));
        isFreeForOthers();
        org.leave();
        assertThat(api.post("", body, Map.of()).status()).isEqualTo(201);
        org.leave();
    }

    @Test
    void anEnvironmentCountsUntilItsSandboxIsGone() throws Exception {
        Org org = new Org();
        String body = org.task(withMemory("512Mi").add("teardown", "sleep 8; echo bye"));
        Api api = org.workspace("main");
        fill(api, body, MEMORY_MIB / 2 / 512);
        List<String> ended = ids(api, "");

        org.leave();

        assertThat(ids(api, "&state=torn_down")).hasSameElementsAs(ended);
        Answer next = isRefused(api.post("", body, Map.of()));
        while (next.status() != 201) {
            next = api.post("", "{\"task_ref\":\"shell\"}", Map.of());
        }
        org.leave();
        for (String id : ended) {
            String logs;
            do {
                logs = api.inWorkspace("/" + id + "/logs").body().getString("logs");
            } while (!logs.contains("teardown script"));
            assertThat(logs).contains("teardown script ended with exit code 0\n    bye\n");
        }
    }

    @Test
    void servicesAreCounted() throws Exception {
        Org org = new Org();
        JsonObjectBuilder services = Json.createObjectBuilder();
        for (int i = 1; i <= 3; i++) {
            services.add("s" + i, service(8000 + i));
        }
        String body = org.task(withMemory("32Mi").add("services", services));

        Answer refused = fill(org.workspace("main"), body, 1);

        assertThat(refused.body().getString("detail")).contains("4 services in this organization");
        isFreeForOthers();
        org.leave();
    }

    private static JsonObjectBuilder service(int port) {
        return Json.createObjectBuilder()
                .add("command", "exec busybox nc -ll -p " + port + " -e /bin/true")
                .add("port", port);
    }
}
