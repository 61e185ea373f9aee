package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that do not wait for long: those that want bytes meanwhile, and those that go away. */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PatienceE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_KEEPALIVE_SECONDS", "1"));

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

    @Test
    void whiteSpaceGoesOutWhileACommandRuns() throws Exception {
        Answer answer = api.execute(environment, "sleep 2.5; echo done; exit 3", Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("X-Execution-Id")).isNotEmpty();
        assertThat(answer.raw().body()).matches(" {2,}\\{\"exit_code\":3,\"output\":\"done\\\\n\"}");
    }

    @Test
    void aFailureAfterThatShowsInTheBodyAlone() throws Exception {
        Answer answer = api.execute(environment, "sleep 30", Map.of("timeout_sec", 2));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Api.parse(answer.raw().body().strip()).getInt("code")).isEqualTo(504);
    }

    @Test
    void whatEndsSoonerIsAnsweredAsEver() throws Exception {
        assertThat(api.execute(environment, "echo hi", Map.of()).raw().body())
                .isEqualTo("{\"exit_code\":0,\"output\":\"hi\\n\"}");
        api.execute(environment, "x", Map.of("shell", "relative")).isError(422, "validation_error");
    }

    @Test
    void aClientThatGoesAwayChangesNothing() throws Exception {
        String body =
                Api.body("touch /tmp/begun; until [ -e /tmp/gone ]; do sleep 0.05; done; echo lived on", Map.of());
        String request = "POST " + api.path("/" + environment.id() + "/execute") + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + IDENTITIES.admin() + "\r\nContent-Type: application/json\r\n"
                + "X-Environment-Token: " + environment.token() + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.uri().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            api.output(environment, "until [ -e /tmp/begun ]; do sleep 0.05; done");
        }
        api.output(environment, "touch /tmp/gone");

        String state;
        var list = api.path("/" + environment.id() + "/executions");
        do {
            state = find(list, "lived on");
        } while (state.equals("running"));
        assertThat(state).isEqualTo("exited");
    }

    private String find(String list, String command) throws Exception {
        return api.get(list).body().getJsonArray("executions").stream()
                .map(item -> item.asJsonObject())
                .filter(item -> item.getString("command").contains(command))
                .map(item -> item.getString("state"))
                .findFirst()
                .orElseThrow();
    }
}
