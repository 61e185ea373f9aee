package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is killed, and the one that comes after it. */
class RestartE2E {
    /** That a command has begun may be stored a little later than it begins. */
    private static final List<String> UNENDED = List.of("queued", "running");

    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of());

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private JsonObject onlyExecution(Environment environment) throws Exception {
        String id = api.inWorkspace("/" + environment.id() + "/executions")
                .body()
                .getJsonArray("executions")
                .getJsonObject(0)
                .getString("id");
        return api.execution(environment, id).body();
    }

    private boolean isRunning(Environment environment) throws Exception {
        return api.inWorkspace("/" + environment.id() + "/executions").body().getInt("total") > 0
                && onlyExecution(environment).getString("state").equals("running");
    }

    @Test
    void environmentsOutliveAServerThatIsKilled() throws Exception {
        Environment kept = api.provision();
        api.output(kept, "echo file > /workspace/file; sleep 88 &");
        Environment running = api.provision();
        CompletableFuture<?> cutOff = Api.CLIENT.sendAsync(
                api.request(api.path("/" + running.id() + "/execute"))
                        .header("Content-Type", "application/json")
                        .header("X-Environment-Token", running.token())
                        .POST(BodyPublishers.ofString(Api.body(
                                "echo before; until [ -e /tmp/go ]; do sleep 0.1; done; echo after; exit 4",
                                Map.of("timeout_sec", 600))))
                        .build(),
                BodyHandlers.ofString());
        while (!isRunning(running)) {
            Thread.onSpinWait();
        }
        String early = api.execute(kept, "echo early", Map.of()).header("X-Execution-Id");

        SERVER.kill();
        assertThat(cutOff).failsWithin(Duration.ofSeconds(20));
        SERVER.start();

        assertThat(api.inWorkspace("/" + kept.id()).body().getString("state")).isEqualTo("ready");
        assertThat(api.output(
                        kept, "cat file; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 8[8]'"))
                .isEqualTo("file\n1\n");
        assertThat(api.execution(kept, early).body().getString("output")).isEqualTo("early\n");
        assertThat(onlyExecution(running).getString("state")).isIn(UNENDED);
        api.output(running, "touch /tmp/go");
        JsonObject record;
        do {
            record = api.inWorkspace("/" + running.id() + "/executions")
                    .body()
                    .getJsonArray("executions")
                    .getJsonObject(1);
        } while (UNENDED.contains(record.getString("state")));
        assertThat(record.getString("state")).isEqualTo("exited");
        assertThat(record.getInt("exit_code")).isEqualTo(4);
        assertThat(api.execution(running, record.getString("id")).body().getString("output"))
                .isEqualTo("before\nafter\n");
        api.delete(kept.id());
        api.delete(running.id());
    }

    @Test
    void aCommandWhoseSandboxDiesUnderItIsLost() throws Exception {
        Environment doomed = api.provision();
        CompletableFuture<HttpResponse<String>> answer = Api.CLIENT.sendAsync(
                api.postRequest(
                                "/" + doomed.id() + "/execute",
                                Api.body("touch /tmp/begun; sleep 300", Map.of("timeout_sec", 600)),
                                Map.of("X-Environment-Token", doomed.token()))
                        .build(),
                BodyHandlers.ofString());
        api.output(doomed, "until [ -e /tmp/begun ]; do sleep 0.05; done");

        SERVER.killKeeper(doomed.id());

        Answer refused = Answer.of(answer.join()).isError(502, "bad_gateway_error");
        JsonObject record =
                api.execution(doomed, refused.header("X-Execution-Id")).body();
        assertThat(record.getString("state")).isEqualTo("lost");
        assertThat(record.getString("reason")).isEqualTo("The environment died under the command");
        assertThat(record.get("exit_code")).isEqualTo(JsonValue.NULL);
    }

    @Test
    void anEnvironmentWhoseSandboxDiedFailsAndSaysWhy() throws Exception {
        Environment doomed = api.provision();
        SERVER.killKeeper(doomed.id());

        api.execute(doomed, "true", Map.of()).isError(502, "bad_gateway_error");
        JsonObject read = api.inWorkspace("/" + doomed.id()).body();
        assertThat(read.getString("state")).isEqualTo("failed");
        assertThat(read.getString("error")).isNotBlank();
        assertThat(api.delete(doomed.id()).status()).isEqualTo(204);
    }
}
