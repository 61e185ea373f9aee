package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send and read slowly, or not at all, hold up themselves and nobody else. */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientsE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int MANY = 100;
    private static final int OF_A_CALLER = 120;
    private static final int TIMES = 10;
    /** Far more than the server needs for an answer, far less than slow clients could make it wait. */
    private static final Duration VICTIMS_PATIENCE = Duration.ofSeconds(5);

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of("SANDLOT_REQUESTS_PER_CALLER", Integer.toString(OF_A_CALLER), "SANDLOT_RATE_BURST", "100000"));

    private final List<RawClient> slow = new ArrayList<>();
    private int tests;
    private Tenant mallory;
    private Tenant victim;

    /** A caller of an organization of that name, with an environment. */
    private static final class Tenant {
        private final String token;
        private final Api api;
        private final Environment environment;

        Tenant(String name) throws Exception {
            Token claims = new Token();
            claims.subject = name;
            claims.workspaces = List.of(name + "/main");
            token = IDENTITIES.sign(claims);
            api = new Api(SERVER.uri(), token, name, "main");
            environment = api.provision();
        }

        String execute() {
            return "POST " + path("/execute");
        }

        String path(String below) {
            return api.path("/" + environment.id() + below);
        }

        Map<String, String> headers(int length) {
            Map<String, String> headers = new HashMap<>();
            headers.put("Authorization", "Bearer " + token);
            if (length > 0) {
                headers.put("X-Environment-Token", environment.token());
                headers.put("Content-Type", "application/json");
                headers.put("Content-Length", Integer.toString(length));
            }
            return headers;
        }
    }

    /** New ones for each test: a server learns of who hung up before only when it looks. */
    @BeforeEach
    void settle() throws Exception {
        tests++;
        mallory = new Tenant("mallory-" + tests);
        victim = new Tenant("victim-" + tests);
    }

    @AfterEach
    void hangUp() throws Exception {
        for (RawClient one : slow) {
            one.close();
        }
        slow.clear();
        mallory.api.delete(mallory.environment.id());
        victim.api.delete(victim.environment.id());
    }

    private RawClient slow(String line, Map<String, String> headers, String body, int window) throws IOException {
        RawClient client = RawClient.connect(SERVER.uri(), window);
        slow.add(client);
        return client.send(line, headers, body);
    }

    private RawClient halfSent(Tenant tenant) throws IOException {
        return slow(tenant.execute(), tenant.headers(1000), "{\"command\":", 64 * 1024);
    }

    /** In turn, so that each of them has to find a thread. */
    private void assertTheVictimIsServed() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            HttpRequest poll = victim.api
                    .request(victim.path("/status"))
                    .timeout(VICTIMS_PATIENCE)
                    .build();
            assertThat(Api.CLIENT.send(poll, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            HttpRequest command = victim.api
                    .postRequest(
                            "/" + victim.environment.id() + "/execute",
                            Api.body("echo hi", Map.of()),
                            Map.of("X-Environment-Token", victim.environment.token()))
                    .timeout(VICTIMS_PATIENCE)
                    .build();
            assertThat(Api.CLIENT.send(command, BodyHandlers.ofString()).body())
                    .isEqualTo("{\"exit_code\":0,\"output\":\"hi\\n\"}");
        }
    }

    @Test
    void bodiesThatDoNotComeHoldUpNobody() throws Exception {
        for (int i = 0; i < MANY; i++) {
            halfSent(mallory);
        }

        assertTheVictimIsServed();
    }

    @Test
    void aCallerHasSoManyRequestsUnderWay() throws Exception {
        Map<String, String> headers = mallory.headers(1000);
        headers.put("Expect", "100-continue");
        for (int i = 0; i < OF_A_CALLER; i++) {
            // The server has taken it when it asks for the body.
            assertThat(slow(mallory.execute(), headers, "", 4096).line()).isEqualTo("HTTP/1.1 100 Continue");
        }

        Answer refused = mallory.api.get(mallory.path("/status"));
        refused.isError(429, "rate_limit_error");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertTheVictimIsServed();
    }

    @Test
    void chunkedBodiesThatDoNotComeHoldUpNobody() throws Exception {
        Map<String, String> headers = mallory.headers(1);
        headers.remove("Content-Length");
        headers.put("Transfer-Encoding", "chunked");
        for (int i = 0; i < MANY; i++) {
            slow(mallory.execute(), headers, "5\r\n{\"com\r\n", 64 * 1024);
        }

        assertTheVictimIsServed();

        slow.get(0).send("15\r\nmand\":\"echo chunked\"}\r\n0\r\n\r\n");
        assertThat(slow.get(0).line()).isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/output"})
    void answersThatAreNotReadHoldUpNobody(String below) throws Exception {
        Answer answer = mallory.api.execute(
                mallory.environment, "head -c 20000000 /dev/zero | tr '\\0' x", Map.of("timeout_sec", 60));
        assertThat(answer.status()).isEqualTo(200);
        String line = "GET " + mallory.path("/executions/" + answer.header("X-Execution-Id") + below);
        for (int i = 0; i < MANY; i++) {
            // More than all buffers on the way can hold.
            slow(line, mallory.headers(0), "", 4096)
                    .send(line, mallory.headers(0), "")
                    .send(line, mallory.headers(0), "")
                    .send(line, mallory.headers(0), "");
        }

        assertTheVictimIsServed();
    }

    @Test
    void whoMayNotComeInIsNotWaitedFor() throws Exception {
        String elsewhere = "POST " + mallory.api.path("").replace("mallory-", "victim-");

        assertThat(slow(elsewhere, Map.of("Content-Length", "1000"), "", 4096).line())
                .isEqualTo("HTTP/1.1 401 Unauthorized");
        assertThat(slow(elsewhere, mallory.headers(1000), "", 4096).line()).isEqualTo("HTTP/1.1 403 Forbidden");
        assertThat(slow(mallory.execute(), mallory.headers(9 << 20), "", 4096).line())
                .isEqualTo("HTTP/1.1 400 Bad Request");
    }

    @Test
    void aRequestGivesItsPlaceBackHoweverItEnds() throws Exception {
        String execute = "/" + mallory.environment.id() + "/execute";
        Map<String, String> headers = Map.of("X-Environment-Token", mallory.environment.token());
        Map<String, String> events =
                Map.of("X-Environment-Token", mallory.environment.token(), "Accept", "text/event-stream");
        String large = Api.body("true", Map.of("stdin", "x".repeat(100_000)));
        for (int i = 0; i < OF_A_CALLER; i++) {
            assertThat(mallory.api
                            .post(execute, Api.body("true", Map.of()), headers)
                            .status())
                    .isEqualTo(200);
            assertThat(mallory.api.post(execute, large, headers).status()).isEqualTo(200);
            assertThat(mallory.api
                            .post(execute, Api.body("true", Map.of()), events)
                            .status())
                    .isEqualTo(200);
            assertThat(mallory.api.post(execute, "{}", headers).status()).isEqualTo(422);
            assertThat(mallory.api.post(execute, "x".repeat(70_000), headers).status())
                    .isEqualTo(400);
            assertThat(mallory.api.get(mallory.path("/nothing")).status()).isEqualTo(404);
            assertThat(mallory.api
                            .get(mallory.path("/status").replace("mallory-", "victim-"))
                            .status())
                    .isEqualTo(403);
            HttpRequest chunked = mallory.api
                    .request(mallory.path("/execute"))
                    .header("X-Environment-Token", mallory.environment.token())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(Api.body("true", Map.of()))))
                    .build();
            assertThat(Api.CLIENT.send(chunked, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
        assertThat(mallory.api.get(mallory.path("/status")).status()).isEqualTo(200);
    }
}
