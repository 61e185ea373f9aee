package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Environment;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many at once: nothing waits for anything but its own command. */
@Tag("alone")
class LoadE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
                    IDENTITIES,
                    Map.of(
                            "SANDLOT_EXECUTIONS_PER_WORKSPACE", "512",
                            "SANDLOT_EXECUTIONS_PER_ORG", "512",
                            "SANDLOT_EXECUTIONS_PER_SERVER", "1024",
                            "SANDLOT_REFUSALS_PER_SECOND", "1"))
            .atFullSpeed();

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private CompletableFuture<HttpResponse<String>> start(Environment environment, String command) {
        return Api.CLIENT.sendAsync(
                api.request(api.path("/" + environment.id() + "/execute"))
                        .header("Content-Type", "application/json")
                        .header("X-Environment-Token", environment.token())
                        .POST(BodyPublishers.ofString(Api.body(command, Map.of())))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void threeHundredCommandsOfTwentyEnvironmentsRunSideBySide() throws Exception {
        List<Environment> environments = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            environments.add(api.provision());
        }
        List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            running.add(start(environments.get(i % 20), "sleep 5; echo " + i));
        }

        for (int i = 0; i < 300; i++) {
            assertThat(running.get(i).join().body()).isEqualTo("{\"exit_code\":0,\"output\":\"" + i + "\\n\"}");
        }
        for (Environment environment : environments) {
            var records = api.inWorkspace("/" + environment.id() + "/executions")
                    .body()
                    .getJsonArray("executions");
            assertThat(records).hasSize(15);
            api.delete(environment.id());
        }
    }

    @Test
    void aHundredMegabytesNeitherBlockNorLoseTheLastLine() throws Exception {
        Environment environment = api.provision();

        HttpResponse<String> answer = start(environment, "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last")
                .join();

        assertThat(answer.body()).endsWith("\\nlast\\n\"}");
        assertThat(answer.body().length()).isLessThan(1_200_000);
        api.delete(environment.id());
    }

    @Test
    void aHundredEnvironmentsAtOnceAreAllMade() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> made = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            made.add(Api.CLIENT.sendAsync(
                    api.request(api.path(""))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"task_ref\":\"shell\"}"))
                            .build(),
                    BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> one : made) {
            assertThat(one.join().statusCode()).as(one.join().body()).isEqualTo(201);
            api.delete(Api.parse(one.join().body()).getString("id"));
        }
    }

    /** A request that is refused. */
    private record Unwelcome(String path, Map<String, String> headers, String answer) {
        /** By the API, the container, services or metrics. */
        static List<Unwelcome> ofAllKinds() {
            String stranger = "HTTP/1.1 401 Unauthorized";
            String nothing = "HTTP/1.1 404 Not Found";
            return List.of(
                    new Unwelcome("/api/v1/nothing", Map.of(), stranger),
                    new Unwelcome("/api/v1/nothing", Map.of("Authorization", "Bearer e30.e30.e30"), stranger),
                    new Unwelcome("/api/v1/nothing", Map.of("X-API-Key", "none"), stranger),
                    new Unwelcome("/_services/" + UUID.randomUUID() + "/web/", Map.of(), stranger),
                    new Unwelcome("/metrics", Map.of(), stranger),
                    new Unwelcome("/nothing", Map.of(), nothing),
                    new Unwelcome("/api/v1/nothing", Map.of("Authorization", "Bearer " + IDENTITIES.admin()), nothing));
        }
    }

    @Test
    void refusalsWaitForTheirTurnAndHoldUpNobody() throws Exception {
        Environment environment = api.provision();
        Map<Unwelcome, List<RawClient>> refused = new LinkedHashMap<>();
        for (Unwelcome kind : Unwelcome.ofAllKinds()) {
            List<RawClient> clients = refused.computeIfAbsent(kind, first -> new ArrayList<>());
            for (int i = 0; i < 60; i++) {
                clients.add(RawClient.connect(SERVER.uri()).send("GET " + kind.path(), kind.headers(), ""));
            }
        }

        for (int i = 0; i < 10; i++) {
            assertThat(start(environment, "echo " + i).join().body())
                    .isEqualTo("{\"exit_code\":0,\"output\":\"" + i + "\\n\"}");
        }
        refused.forEach((kind, clients) ->
                assertThat(clients.get(59).isAnswered()).as(kind.toString()).isFalse());
        api.delete(environment.id());

        for (Map.Entry<Unwelcome, List<RawClient>> kind : refused.entrySet()) {
            for (RawClient client : kind.getValue()) {
                assertThat(client.line()).isEqualTo(kind.getKey().answer());
                client.close();
            }
        }
    }
}
