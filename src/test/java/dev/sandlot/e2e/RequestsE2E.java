package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request, a broken one too: its id, and the shape of its answer. */
class RequestsE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String ID = "X-Request-Id";
    private static final int HALF_SENT = 100;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_REGISTRIES", "127.0.0.1:1"));

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    @Test
    void idsAreEchoedOrMade() throws Exception {
        assertThat(Api.send(api.request(api.path("")).header(ID, "mine-1")).header(ID))
                .isEqualTo("mine-1");
        assertThat(Api.send(api.request(api.path("")).header(ID, "bad id")).header(ID))
                .isNotEqualTo("bad id")
                .isNotEmpty();
    }

    /** Refused by the container, by a filter, by a resource; by none of them, since nobody knows the path. */
    @Test
    void whoeverRefusesTellsTheId() throws Exception {
        for (String token : List.of("nonsense", "", IDENTITIES.admin())) {
            for (String path : List.of("/api/v1/nothing", api.path("/none"), "/nothing", "/api/v1/a%2fb")) {
                Answer refused = Api.send(new Api(SERVER, token).request(path).header(ID, "mine-2"));

                assertThat(refused.status()).isBetween(400, 499);
                assertThat(refused.header(ID)).as(path + " " + token).isEqualTo("mine-2");
            }
        }
    }

    private List<String> linesWith(String text) throws IOException {
        return SERVER.log()
                .lines()
                .filter(line -> line.startsWith("[") && line.contains(text))
                .toList();
    }

    @Test
    void everyLineOfARequestBeginsWithItsId() throws Exception {
        Answer made = api.post("", "{\"task_ref\":\"shell\"}", Map.of(ID, "lines-1"));
        String id = made.body().getString("id");
        SERVER.killKeeper(id);

        Answer lost = api.post(
                "/" + id + "/execute",
                Api.body("true", Map.of()),
                Map.of(ID, "lines-2", "X-Environment-Token", made.body().getString("execute_token")));

        lost.isError(502, "bad_gateway_error");
        api.delete(id);
        assertThat(linesWith(id).get(0)).contains(" [lines-1] Environment " + id + " is provisioned");
        assertThat(linesWith(id).get(1)).contains(" [lines-2] Environment " + id + " has failed");
        assertThat(linesWith(lost.header("X-Execution-Id")))
                .singleElement()
                .asString()
                .contains(" [lines-2] Execution ");
    }

    @Test
    void whatGoesOnBehindTheAnswerBelongsToItsRequestToo() throws Exception {
        Api.send(api.request("/api/v1/org/acme/tasks/pulled/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(
                        "{\"instruction\":\"x\",\"verification\":{},\"image\":\"127.0.0.1:1/none:1\"}")));

        Answer made = api.post("", "{\"task_ref\":\"pulled\"}", Map.of(ID, "lines-3"));

        String id = made.body().getString("id");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (linesWith("Environment " + id + " has failed").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            api.inWorkspace("/" + id + "/status");
        }
        assertThat(linesWith(id)).hasSizeGreaterThan(1).allMatch(line -> line.contains(" [lines-3] Environment "));
        assertThat(linesWith("The image 127.0.0.1:1/none")).isNotEmpty().allMatch(line -> line.contains(" [lines-3] "));
    }

    /** What no HTTP client lets itself be talked into. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(SERVER.uri().getHost(), SERVER.uri().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static String request(String line, String header, String body) {
        return line.replace("ENVIRONMENTS", "/api/v1/org/acme/ws/main/environments") + " HTTP/1.1\r\n"
                + "Authorization: Bearer " + IDENTITIES.admin() + "\r\nConnection: close\r\n"
                + (header.startsWith("Host:") ? "" : "Host: x\r\n") + header + (header.isEmpty() ? "" : "\r\n")
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/a%2fb|",
                "GET /api/v1/a%5cb|",
                "GET /api/v1/a%2e%2e/b|",
                "GET /api/v1/a\\b|",
                "GET /api/v1/a%ff%fe|",
                "GET ENVIRONMENTS?state=%zz|",
                "GET ENVIRONMENTS|Accept: ;;q=zz",
                "POST ENVIRONMENTS|Host: a b",
                "POST ENVIRONMENTS|Host: %zz",
                "POST ENVIRONMENTS|Content-Type: ;;;;",
                "POST ENVIRONMENTS|Content-Encoding: gzip",
            })
    void whatIsMalformedIsA400InTheShapeOfAll(String request) throws IOException {
        String[] parts = request.split("\\|", -1);

        String answer = raw(request(parts[0], parts[1], "{\"task_ref\":\"shell\"}"));

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"type\":\"invalid_error\"", "X-Request-Id: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE ENVIRONMENTS", "FOO ENVIRONMENTS", "G@T() ENVIRONMENTS", "OPTIONS *"})
    void whatIsNoMethodOfAPathIsA404(String line) throws IOException {
        assertThat(raw(request(line, "", ""))).startsWith("HTTP/1.1 404 ").contains("\"type\":\"not_found_error\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/a%2e%2e/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: LONG\r\n\r\n",
                "GET /api/v1/LONG HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/v1/x HTTP/1.1\r\nHost: x\r\nNo Colon\r\nConnection: close\r\n\r\n",
                "GET /api/v1/a b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "CONNECT x:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "TRACE /api/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            })
    void whatTheContainerRefusesItselfGivesNothingAway(String request) throws IOException {
        for (int i = 0; i < 2; i++) {
            String answer = raw(request.replace("LONG", "x".repeat(100_000)));

            assertThat(answer)
                    .containsPattern("^HTTP/1.1 (4|505)")
                    .doesNotContainIgnoringCase("<html", "exception", "com.ibm", "SRVE", "\tat ");
        }
    }

    /** Takes half a minute, and nothing of the machine; that they hold up nobody meanwhile is shown in SlowClientsE2E. */
    @Test
    void bodiesThatDoNotComeAreRefusedInTime() throws Exception {
        Api.Environment environment = api.provision();
        Map<String, String> headers = Map.of(
                "Authorization",
                "Bearer " + IDENTITIES.admin(),
                "X-Environment-Token",
                environment.token(),
                "Content-Type",
                "application/json",
                "Content-Length",
                "1000");
        List<RawClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < HALF_SENT; i++) {
                RawClient client = RawClient.connect(SERVER.uri());
                slow.add(client);
                client.send("POST " + api.path("/" + environment.id() + "/execute"), headers, "{\"command\":");
            }

            for (RawClient client : List.of(slow.get(0), slow.get(HALF_SENT - 1))) {
                assertThat(client.line()).isEqualTo("HTTP/1.1 400 Bad Request");
                assertThat(client.rest()).contains("\"detail\":\"The body did not arrive in time\"");
            }
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
        api.delete(environment.id());
    }
}
