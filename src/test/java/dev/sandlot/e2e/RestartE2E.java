package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is killed, and the one that comes after it. */
class RestartE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final EndlessRegistry REGISTRY = new EndlessRegistry();

    @RegisterExtension
    static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_REGISTRIES", REGISTRY.name()));

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
        String startedAt = onlyExecution(running).getString("started_at");
        String early = api.execute(kept, "echo early", Map.of()).header("X-Execution-Id");

        SERVER.kill();
        assertThat(cutOff).failsWithin(Duration.ofSeconds(20));
        SERVER.start();

        assertThat(api.inWorkspace("/" + kept.id()).body().getString("state")).isEqualTo("ready");
        assertThat(api.output(
                        kept, "cat file; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 8[8]'"))
                .isEqualTo("file\n1\n");
        assertThat(api.execution(kept, early).body().getString("output")).isEqualTo("early\n");
        assertThat(onlyExecution(running).getString("state")).isEqualTo("running");
        assertThat(onlyExecution(running).getString("started_at")).isEqualTo(startedAt);
        api.output(running, "touch /tmp/go");
        JsonObject record;
        do {
            record = api.inWorkspace("/" + running.id() + "/executions")
                    .body()
                    .getJsonArray("executions")
                    .getJsonObject(1);
        } while (record.getString("state").equals("running"));
        assertThat(record.getString("state")).isEqualTo("exited");
        assertThat(record.getInt("exit_code")).isEqualTo(4);
        assertThat(api.execution(running, record.getString("id")).body().getString("output"))
                .isEqualTo("before\nafter\n");
        api.delete(kept.id());
        api.delete(running.id());
    }

    /** Begins it, and waits until it runs. */
    private CompletableFuture<HttpResponse<String>> run(
            Environment environment, String name, Map<String, String> headers) throws Exception {
        String command = "touch /tmp/begun-" + name + "; until [ -e /tmp/go-" + name + " ]; do sleep 0.1; done; exit 5";
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Environment-Token", environment.token());
        CompletableFuture<HttpResponse<String>> answer = Api.CLIENT.sendAsync(
                api.postRequest("/" + environment.id() + "/execute", Api.body(command, Map.of("timeout_sec", 600)), all)
                        .build(),
                BodyHandlers.ofString());
        api.output(environment, "until [ -e /tmp/begun-" + name + " ]; do sleep 0.05; done");
        return answer;
    }

    /** The environment's executions whose command names it. */
    private JsonObject listed(Environment environment, String name) throws Exception {
        List<JsonObject> found =
                api.inWorkspace("/" + environment.id() + "/executions").body().getJsonArray("executions").stream()
                        .map(JsonValue::asJsonObject)
                        .filter(record -> record.getString("command").contains("begun-" + name + ";"))
                        .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    private void runsOn(Environment environment, String name) throws Exception {
        JsonObject listed = listed(environment, name);
        JsonObject record = api.execution(environment, listed.getString("id")).body();
        assertThat(listed.getString("state")).as(name).isEqualTo("running");
        assertThat(Instant.parse(listed.getString("started_at")))
                .isBetween(Instant.parse(listed.getString("queued_at")), Instant.now());
        assertThat(record.getString("state")).isEqualTo("running");
        assertThat(record.getString("started_at")).isEqualTo(listed.getString("started_at"));
        try (Events events = Events.open(
                api.request(api.path("/" + environment.id() + "/executions/" + record.getString("id") + "/output")))) {
            api.output(environment, "touch /tmp/go-" + name);
            JsonObject result = events.rest().get(0).data();
            assertThat(result.getString("started_at")).isEqualTo(listed.getString("started_at"));
            assertThat(result.getInt("exit_code")).isEqualTo(5);
        }
    }

    @Test
    void whatRunsWhenTheServerIsKilledIsRunningSinceItStarted() throws Exception {
        Environment environment = api.provision();
        CompletableFuture<?> listed = run(environment, "listed", Map.of());
        listed(environment, "listed");
        CompletableFuture<?> keyed = run(environment, "keyed", Map.of("Idempotency-Key", "restart"));
        run(environment, "told", Map.of("Prefer", "respond-async")).join();

        SERVER.kill();
        assertThat(listed).failsWithin(Duration.ofSeconds(20));
        assertThat(keyed).failsWithin(Duration.ofSeconds(20));
        SERVER.start();

        for (String name : List.of("told", "keyed", "listed")) {
            runsOn(environment, name);
        }
        api.delete(environment.id());
    }

    private void publish(String name, String more) throws Exception {
        assertThat(Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(
                                        "{\"instruction\":\"x\",\"verification\":{}," + more + "}")))
                        .status())
                .isEqualTo(201);
    }

    private List<JsonObject> listed(String state) throws Exception {
        return api.inWorkspace("?state=" + state)
                .body()
                .getJsonArray("environments")
                .getValuesAs(JsonObject.class);
    }

    @Test
    void whatWasBeingMadeFailsAtTheNextStartAndItsKeyIsFree() throws Exception {
        publish("pulled", "\"image\":\"" + REGISTRY.name() + "/never:1\"");
        publish("scripted", "\"provision\":\"sleep 250\"");
        Map<String, String> key = Map.of("Idempotency-Key", "unfinished-environment");
        String body = "{\"task_ref\":\"pulled\"}";
        String pulled = api.post("", body, key).body().getString("id");
        CompletableFuture<?> cutOff = Api.CLIENT.sendAsync(
                api.postRequest("", "{\"task_ref\":\"scripted\"}", Map.of()).build(), BodyHandlers.ofString());
        while (listed("provisioning").isEmpty()) {
            assertThat(cutOff).isNotDone();
        }
        String scripted = listed("provisioning").get(0).getString("id");
        assertThat(listed("building")).hasSize(1);

        SERVER.kill();
        SERVER.start();

        assertThat(cutOff).isCompletedExceptionally();
        for (String id : List.of(pulled, scripted)) {
            JsonObject read = api.inWorkspace("/" + id).body();
            assertThat(read.getString("state")).isEqualTo("failed");
            assertThat(read.getString("error")).contains("The server ended while it was made");
        }
        Answer again = api.post("", body, key);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body().getString("id")).isNotEqualTo(pulled);
        api.delete(again.body().getString("id"));
    }

    /** Over a connection that is open and was used. */
    private static RawClient used(Environment environment, String path) throws Exception {
        RawClient open = RawClient.connect(SERVER.uri()).send("HEAD " + path, headers(environment), "");
        assertThat(open.line()).isEqualTo("HTTP/1.1 200 OK");
        while (!open.line().isEmpty()) {
            // A header.
        }
        return open;
    }

    private static Map<String, String> headers(Environment environment) {
        return Map.of("Authorization", "Bearer " + IDENTITIES.admin(), "X-Environment-Token", environment.token());
    }

    private static boolean listens() {
        try {
            RawClient.connect(SERVER.uri()).close();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static int stop() {
        try {
            return SERVER.stop();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Begins to stop it; done when it has stopped, and here when it listens no more. */
    private static CompletableFuture<Integer> beginToStop() {
        CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(RestartE2E::stop);
        while (listens()) {
            assertThat(stopped).isNotDone();
        }
        return stopped;
    }

    /** What has begun is answered, and so is what comes on a connection that was open; who waits in vain is told so. */
    @Test
    void aServerThatStopsOwesNobodyAnAnswer() throws Exception {
        Environment environment = api.provision();
        String execute = api.path("/" + environment.id() + "/execute");
        run(environment, "told", Map.of("Prefer", "respond-async")).join();
        CompletableFuture<HttpResponse<String>> ends = run(environment, "ends", Map.of());
        CompletableFuture<HttpResponse<String>> waits = run(environment, "waits", Map.of());
        String waiting = listed(environment, "waits").getString("id");
        try (Events followed = Events.open(
                        api.request(api.path("/" + environment.id() + "/executions/" + waiting + "/output")));
                RawClient open = used(environment, api.path("/" + environment.id()))) {
            CompletableFuture<Integer> stopped = beginToStop();

            String body = Api.body("touch /tmp/go-ends", Map.of());
            Map<String, String> headers = new HashMap<>(headers(environment));
            headers.putAll(Map.of("Content-Type", "application/json", "Content-Length", "" + body.length()));
            String late = open.send("POST " + execute, headers, body).rest();
            assertThat(late).startsWith("HTTP/1.1 200 ").endsWith("{\"exit_code\":0,\"output\":\"\"}");
            assertThat(ends.join().statusCode()).isEqualTo(200);
            assertThat(ends.join().body()).contains("\"exit_code\":5");
            Answer told = Answer.of(waits.join()).isError(502, "bad_gateway_error");
            assertThat(told.header("X-Execution-Id")).isEqualTo(waiting);
            Events.Event last = followed.rest().get(0);
            assertThat(last.name()).isEqualTo("error");
            assertThat(last.data()).isEqualTo(told.body());
            assertThat(stopped.join()).as("exit code").isZero();
        }
        SERVER.start();

        runsOn(environment, "told");
        runsOn(environment, "waits");
        api.delete(environment.id());
    }

    /** As docs/operate.md has it, word for word. */
    private static void asDocumented(String begin) throws Exception {
        List<String> lines = Files.readAllLines(Path.of("docs/operate.md")).stream()
                .filter(line -> line.startsWith("    " + begin))
                .toList();
        assertThat(lines).hasSize(1);
        ProcessBuilder shell = new ProcessBuilder("sh", "-ec", lines.get(0).strip()).inheritIO();
        shell.environment().put("SANDLOT_DATA_DIR", SERVER.data().toString());
        shell.directory(SERVER.data().getParent().toFile());
        assertThat(shell.start().waitFor()).isZero();
    }

    @Test
    @OfH2
    void aRestoredBackUpIsAsItWasAndWhatCameLaterIsGone() throws Exception {
        Environment kept = api.provision();
        Environment lost = api.provision();
        String large = api.execute(kept, "seq 1 99999", Map.of()).header("X-Execution-Id");
        JsonObject record = api.execution(kept, large).body();
        JsonObject environment = api.inWorkspace("/" + kept.id()).body();

        SERVER.stop();
        asDocumented("tar -C \"$SANDLOT_DATA_DIR\" -cf sandlot.tar sandlot.mv.db ");
        SERVER.start();
        String later = api.execute(kept, "echo later > /tmp/later; echo told", Map.of())
                .header("X-Execution-Id");
        Environment unknown = api.provision();
        SERVER.killKeeper(lost.id());
        SERVER.stop();
        asDocumented("rm -rf \"${SANDLOT_DATA_DIR:?}\"/sandlot.mv.db ");
        SERVER.start();

        assertThat(api.inWorkspace("/" + kept.id()).body()).isEqualTo(environment);
        assertThat(api.execution(kept, large).body()).isEqualTo(record);
        api.execution(kept, later).isError(404, "not_found_error");
        assertThat(api.output(kept, "cat /tmp/later"))
                .as("a sandbox is as it is now")
                .isEqualTo("later\n");
        api.inWorkspace("/" + unknown.id()).isError(404, "not_found_error");
        JsonObject read = api.inWorkspace("/" + lost.id()).body();
        while (read.getString("state").equals("ready")) {
            api.execute(lost, "true", Map.of());
            read = api.inWorkspace("/" + lost.id()).body();
        }
        assertThat(read.getString("state")).isEqualTo("failed");
        api.delete(kept.id());
    }

    @Test
    @OfH2
    void aSecondServerIsRefusedInASentence() throws Exception {
        String data = SERVER.data().toString();
        assertThat(SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_DATA_DIR", data))
                        .refuse())
                .contains("Sandlot can't start: Another server uses the directory that SANDLOT_DATA_DIR names");
        assertThat(SandlotServer.trusting(
                                IDENTITIES,
                                Map.of("SANDLOT_DB_URL", "jdbc:h2:async:" + data + "/sandlot;WRITE_DELAY=0"))
                        .refuse())
                .contains("Sandlot can't start: Another server uses this database");
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
