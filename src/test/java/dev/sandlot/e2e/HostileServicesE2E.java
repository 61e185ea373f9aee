package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services that mean ill: to those who ask them, to those who ask others, and to the server between them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileServicesE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OF_ENVIRONMENT = 4;
    private static final String SERVER_SCRIPT = """
            #!/bin/sh
            CR=$(printf '\\r')
            read method path version
            headers=
            while read -r line; do
                line=${line%$CR}
                [ -n "$line" ] || break
                headers="$headers$line
            "
            done
            case $path in
            /early) while printf 'HTTP/1.1 103 Early Hints\\r\\n\\r\\n'; do :; done;;
            /name) printf 'HTTP/1.1 200 OK\\r\\nX\\001Y: 1\\r\\nContent-Length: 2\\r\\n\\r\\nhi';;
            /status) printf 'HTTP/1.1 999 Odd\\r\\nContent-Length: 2\\r\\n\\r\\nhi';;
            /endless) trap '' PIPE; printf 'HTTP/1.1 200 OK\\r\\n\\r\\n'; while echo more; do sleep 0.1; done; touch /tmp/hung-up;;
            /silent) sleep 600;;
            *) printf 'HTTP/1.1 200 OK\\r\\n\\r\\n%s' "$headers";;
            esac
            """;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES, Map.of("SANDLOT_SERVICE_REQUESTS_PER_ENVIRONMENT", Integer.toString(OF_ENVIRONMENT)));

    private final String token = callerToken();
    private final Api api = new Api(SERVER, token);
    private Environment hostile;
    private Environment other;

    private static String callerToken() {
        Token claims = new Token();
        claims.subject = "somebody";
        return IDENTITIES.sign(claims);
    }

    @BeforeAll
    void settle() throws Exception {
        String name = "h" + UUID.randomUUID();
        JsonObjectBuilder service = Json.createObjectBuilder()
                .add("command", "exec busybox nc -ll -p 8000 -e /opt/serve")
                .add("port", 8000)
                .add("path", "/");
        JsonObjectBuilder script =
                Json.createObjectBuilder().add("content", SERVER_SCRIPT).add("mode", "0755");
        Answer published = Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(Json.createObjectBuilder()
                        .add("instruction", "none")
                        .add("verification", Json.createObjectBuilder())
                        .add("services", Json.createObjectBuilder().add("web", service))
                        .add("files", Json.createObjectBuilder().add("/opt/serve", script))
                        .build()
                        .toString())));
        assertThat(published.status()).as(published.raw().body()).isEqualTo(201);
        hostile = api.provision("{\"task_ref\":\"" + name + "\"}");
        other = api.provision("{\"task_ref\":\"" + name + "\"}");
    }

    @AfterAll
    void leave() throws Exception {
        api.delete(hostile.id());
        api.delete(other.id());
    }

    private static String path(Environment environment, String below) {
        return "/_services/" + environment.id() + "/web" + below;
    }

    private static HttpRequest.Builder request(Environment environment, String below) {
        return HttpRequest.newBuilder(URI.create(SERVER.uri() + path(environment, below)))
                .timeout(PATIENCE);
    }

    private static Answer ask(Environment environment, String below) throws Exception {
        return Api.send(request(environment, below).header("X-Environment-Token", environment.token()));
    }

    @Test
    void aServiceNeverSeesWhatOpensTheApi() throws Exception {
        Answer seen = Api.send(request(hostile, "/")
                .header("Authorization", "Bearer " + token)
                .header("X-Environment-Token", "Bearer " + hostile.token())
                .header("X-API-Key", "a-key-of-the-api")
                .header("Cookie", "Bearer=" + token)
                .header("X-Kept", "kept"));

        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.raw().body())
                .contains("X-Kept: kept")
                .doesNotContain(token, hostile.token(), "a-key-of-the-api")
                .doesNotContainIgnoringCase("authorization");
    }

    @Test
    void aServiceThatAnnouncesAnAnswerForEverIsABadGateway() throws Exception {
        for (int i = 0; i < 2 * OF_ENVIRONMENT; i++) {
            ask(hostile, "/early").isError(502, "bad_gateway_error");
        }
        assertThat(ask(other, "/").status()).isEqualTo(200);
    }

    @Test
    void whatIsNoHttpIsABadGateway() throws Exception {
        ask(hostile, "/name").isError(502, "bad_gateway_error");
        ask(hostile, "/status").isError(502, "bad_gateway_error");
        assertThat(SERVER.log()).doesNotContain("IllegalArgumentException");
    }

    @Test
    void theServicesOfAnEnvironmentHaveSoManyPlaces() throws Exception {
        List<RawClient> waiting = new ArrayList<>();
        try {
            Answer refused = ask(hostile, "/");
            for (int i = 0; i < 100 && refused.status() != 429; i++) {
                waiting.add(RawClient.connect(SERVER.uri())
                        .send("GET " + path(hostile, "/silent"), Map.of("X-Environment-Token", hostile.token()), ""));
                refused = ask(hostile, "/");
            }

            refused.isError(429, "rate_limit_error");
            assertThat(refused.body().getString("detail")).contains("requests to services in this environment");
            assertThat(ask(other, "/").status()).isEqualTo(200);
        } finally {
            for (RawClient one : waiting) {
                one.close();
            }
            api.output(hostile, "pkill sleep; true");
        }
    }

    @Test
    void whoHangsUpIsServedNoMore() throws Exception {
        try (RawClient client = RawClient.connect(SERVER.uri())
                .send("GET " + path(other, "/endless"), Map.of("X-Environment-Token", other.token()), "")) {
            assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
        }

        assertThat(api.output(other, "until [ -e /tmp/hung-up ]; do sleep 0.1; done; echo noticed"))
                .isEqualTo("noticed\n");
    }

    @Test
    void guessesSoonComeToAnEnd() throws Exception {
        Pattern status = Pattern.compile("HTTP/1.1 ([0-9]{3}) .*");
        String last = "";
        for (int i = 0; i < 2000 && !last.equals("429"); i++) {
            try (RawClient client = RawClient.connect(SERVER.uri())
                    .send(
                            "GET /_services/" + UUID.randomUUID() + "/web/",
                            Map.of("Authorization", "Bearer x", "Connection", "close"),
                            "")) {
                Matcher line = status.matcher(client.line());
                assertThat(line.matches()).isTrue();
                last = line.group(1);
                assertThat(last).isIn("403", "429");
            }
        }

        assertThat(last).isEqualTo("429");
        assertThat(ask(other, "/").status()).as("a service that there is").isEqualTo(200);
        Api.send(request(other, "/").header("Authorization", "Bearer wrong")).isError(403, "forbidden_error");
    }
}
