package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operations of the contract, over HTTP against the packaged application. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of());

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
    void aProvisionedEnvironmentIsReadyAndShowsItsTokenOnce() throws Exception {
        Answer made =
                api.post("", "{\"task_ref\":\"shell@1.0.0\",\"timeout_sec\":120,\"project_id\":\"p1\"}", Map.of());

        assertThat(made.status()).isEqualTo(201);
        String id = made.body().getString("id");
        assertThat(made.header("Location")).endsWith(api.path("/" + id));
        assertThat(made.body().keySet())
                .containsExactlyInAnyOrder(
                        "id",
                        "task_ref",
                        "state",
                        "created_at",
                        "expires_at",
                        "instruction",
                        "service_urls",
                        "execute_token",
                        "task_verification",
                        "error",
                        "project_id");
        assertThat(made.body().getString("state")).isEqualTo("ready");
        assertThat(Instant.parse(made.body().getString("expires_at")))
                .isEqualTo(Instant.parse(made.body().getString("created_at")).plusSeconds(120));
        JsonObject read = api.inWorkspace("/" + id).body();
        assertThat(read.containsKey("execute_token")).isFalse();
        assertThat(read.getString("project_id")).isEqualTo("p1");
        assertThat(api.delete(id).status()).isEqualTo(204);
    }

    @Test
    void theStatusIsThere() throws Exception {
        Answer status = api.inWorkspace("/" + environment.id() + "/status");

        assertThat(status.body().keySet())
                .containsExactlyInAnyOrder(
                        "id", "state", "expires_at", "error", "instruction", "service_urls", "task_verification");
        assertThat(status.body().get("error")).isEqualTo(JsonValue.NULL);
    }

    @Test
    void environmentsAreListedNewestFirst() throws Exception {
        Environment newer = api.provision();
        try {
            Answer list = api.inWorkspace("?state=running&state=paused&limit=1");

            assertThat(list.body().getJsonArray("environments").getJsonObject(0).getString("id"))
                    .isEqualTo(newer.id());
            assertThat(list.body().getBoolean("has_next")).isTrue();
            assertThat(list.body().getInt("total_pages")).isEqualTo(list.body().getInt("total"));
        } finally {
            api.delete(newer.id());
        }
        assertThat(api.inWorkspace("?state=killed").body().getInt("total")).isPositive();
    }

    @Test
    void anExecuteAnswersTwoMembersAndSaysWhereItsRecordIs() throws Exception {
        Answer answer = api.execute(environment, "printf 'a\\377b'; echo err >&2; exit 3", Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().keySet()).containsExactlyInAnyOrder("exit_code", "output");
        assertThat(answer.body().getInt("exit_code")).isEqualTo(3);
        assertThat(answer.body().getString("output")).isEqualTo("a\ufffdberr\n");
        String id = answer.header("X-Execution-Id");
        assertThat(answer.header("Link"))
                .isEqualTo("<" + api.path("/" + environment.id() + "/executions/" + id) + ">; rel=\"execution\"");
        JsonObject record = api.execution(environment, id).body();
        assertThat(record.getString("state")).isEqualTo("exited");
        assertThat(record.getInt("exit_code")).isEqualTo(3);
        assertThat(record.getString("requested_by")).isEqualTo("tester");
        assertThat(record.getString("output")).isEqualTo("a\ufffdberr\n");
        assertThat(record.getInt("output_bytes")).isEqualTo(7);
        assertThat(record.getInt("peak_memory_bytes")).isPositive();
    }

    @Test
    void theBareTokenIsTakenToo() throws Exception {
        Answer answer = api.post(
                "/" + environment.id() + "/execute",
                "{\"command\":\"true\"}",
                Map.of("X-Environment-Token", environment.token()));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void aKilledCommandIsReportedAsAShellReportsIt() throws Exception {
        assertThat(api.execute(environment, "kill -TERM $$", Map.of()).body().getInt("exit_code"))
                .isEqualTo(143);
    }

    @Test
    void aTimeoutIsA504AndNothingThatWasPrintedIsLost() throws Exception {
        Answer answer = api.execute(environment, "echo partial; sleep 30 & sleep 30", Map.of("timeout_sec", 1));

        answer.isError(504, "gateway_timeout_error");
        JsonObject record =
                api.execution(environment, answer.header("X-Execution-Id")).body();
        assertThat(record.getString("state")).isEqualTo("timed_out");
        assertThat(record.getBoolean("timed_out")).isTrue();
        assertThat(record.getString("output")).isEqualTo("partial\n");
    }

    @Test
    void outputOverTheCapKeepsHeadAndTail() throws Exception {
        String output = api.output(environment, "seq 1 1000000; echo last");

        assertThat(output).startsWith("1\n2\n").endsWith("1000000\nlast\n");
        assertThat(output).containsPattern("\n\\[sandlot: [0-9]+ bytes left out]\n");
        assertThat(output.length()).isBetween(1_000_000, 1_100_000);
    }

    @Test
    void aBackgroundProcessHoldsNothingUp() throws Exception {
        // Waited for, it would run into the timeout of 30 s.
        assertThat(api.output(environment, "sleep 77 & echo hi")).isEqualTo("hi\n");
        assertThat(api.output(
                        environment, "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 7[7]'"))
                .isEqualTo("1\n");
    }

    @Test
    void aRunningCommandCanBeKilled() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = Api.CLIENT.sendAsync(
                api.request(api.path("/" + environment.id() + "/execute"))
                        .header("Content-Type", "application/json")
                        .header("X-Environment-Token", environment.token())
                        .POST(BodyPublishers.ofString(
                                Api.body("echo begun; sleep 300 & sleep 300", Map.of("timeout_sec", 600))))
                        .build(),
                BodyHandlers.ofString());
        JsonObject newest;
        do {
            newest = api.inWorkspace("/" + environment.id() + "/executions?limit=1")
                    .body()
                    .getJsonArray("executions")
                    .getJsonObject(0);
        } while (!newest.getString("command").startsWith("echo begun"));
        String path = api.path("/" + environment.id() + "/executions/" + newest.getString("id"));

        Api.send(api.request(path).DELETE()).isError(422, "validation_error");
        Api.send(api.request(path).header("X-Environment-Token", "wrong").DELETE())
                .isError(403, "forbidden_error");
        for (int i = 0; i < 2; i++) {
            assertThat(Api.send(api.request(path)
                                    .header("X-Environment-Token", environment.token())
                                    .DELETE())
                            .status())
                    .isEqualTo(204);
        }

        assertThat(Api.parse(waiting.join().body()).getInt("exit_code")).isEqualTo(137);
        assertThat(api.get(path).body().getString("state")).isEqualTo("cancelled");
    }

    @Test
    void streamsInputFolderAndVariablesAreThoseAskedFor() throws Exception {
        String body = "{\"command\":\"cat; pwd; echo $V >&2\",\"stdin\":\"typed\\n\",\"cwd\":\"/tmp\","
                + "\"env\":{\"V\":\"value\"},\"streams\":\"split\"}";
        Answer answer =
                api.post("/" + environment.id() + "/execute", body, Map.of("X-Environment-Token", environment.token()));

        JsonObject record =
                api.execution(environment, answer.header("X-Execution-Id")).body();
        assertThat(record.getString("stdout")).isEqualTo("typed\n/tmp\n");
        assertThat(record.getString("stderr")).isEqualTo("value\n");
        assertThat(record.getString("output")).contains("typed\n/tmp\n", "value\n");
    }

    private Answer prefer(String command, String preference) throws Exception {
        return api.post(
                "/" + environment.id() + "/execute",
                Api.body(command, Map.of()),
                Map.of("X-Environment-Token", environment.token(), "Prefer", preference));
    }

    @Test
    void anAsynchronousExecuteAnswersAtOnceAndCanBePolled() throws Exception {
        Answer accepted = prefer("until [ -e /tmp/async ]; do sleep 0.05; done; echo done", "respond-async");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.body().getString("state")).isIn("queued", "running");
        String path = accepted.header("Location")
                .substring(accepted.header("Location").indexOf("/api/"));
        assertThat(path).endsWith(accepted.header("X-Execution-Id"));
        api.output(environment, "touch /tmp/async");
        JsonObject record;
        do {
            record = api.get(path).body();
        } while (!record.getString("state").equals("exited"));
        assertThat(record.getString("output")).isEqualTo("done\n");
    }

    @Test
    void anAsynchronousExecuteThatEndsInTimeIsAnsweredAsUsual() throws Exception {
        Answer answer = prefer("echo quick", "respond-async, wait=20");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().getString("output")).isEqualTo("quick\n");
    }

    @Test
    void allBytesOfAnOutputAreServedByRangeToo() throws Exception {
        String id = api.execute(environment, "seq 1 400000", Map.of()).header("X-Execution-Id");
        String path = api.path("/" + environment.id() + "/executions/" + id + "/output");

        String whole = api.get(path).raw().body();
        Answer part = Api.send(api.request(path).header("Range", "bytes=2-5"));

        assertThat(whole).startsWith("1\n2\n").endsWith("\n400000\n").hasSize(2_688_895);
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 2-5/2688895");
        assertThat(part.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(part.raw().body()).isEqualTo("2\n3\n");
        Api.send(api.request(path).header("Range", "bytes=9999999-")).isError(422, "validation_error");
        api.get(path.replace(id, UUID.randomUUID().toString())).isError(404, "not_found_error");
    }

    @Test
    void theOutputOfARunningCommandIsServedAsFarAsItHasCome() throws Exception {
        Answer accepted =
                prefer("echo so far; touch /tmp/far; until [ -e /tmp/on ]; do sleep 0.05; done", "respond-async");
        api.output(environment, "until [ -e /tmp/far ]; do sleep 0.05; done");
        String path = api.path("/" + environment.id() + "/executions/" + accepted.header("X-Execution-Id") + "/output");
        Answer part;
        do {
            part = Api.send(api.request(path).header("Range", "bytes=0-"));
        } while (part.status() == 422);

        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 0-6/*");
        assertThat(part.raw().body()).isEqualTo("so far\n");
        api.output(environment, "touch /tmp/on");
    }

    @Test
    void aTimeoutCanBeAResult() throws Exception {
        Answer answer =
                api.execute(environment, "echo partial; sleep 30", Map.of("timeout_sec", 1, "on_timeout", "result"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().getInt("exit_code")).isEqualTo(124);
        assertThat(answer.body().getString("output")).isEqualTo("partial\n");
    }

    private Answer execute(String body) throws Exception {
        return api.post("/" + environment.id() + "/execute", body, Map.of("X-Environment-Token", environment.token()));
    }

    @Test
    void aCommandRunsAsWhomAndWhereItIsAskedFor() throws Exception {
        Answer answer =
                execute("{\"argv\":[\"sh\",\"-c\",\"id -u; id -g; pwd; cat; echo $0\",\"it's\"],\"user\":\"1234:99\","
                        + "\"cwd\":\"../tmp\",\"shell\":\"/bin/sh\",\"stdin_base64\":\"dHlwZWQK\"}");

        assertThat(answer.body().getString("output")).isEqualTo("1234\n99\n/tmp\ntyped\nit's\n");
    }

    @Test
    void whatTheEnvironmentDoesNotHaveIsAFaultOfTheRequest() throws Exception {
        for (String member : new String[] {"user", "shell"}) {
            Answer refused = execute("{\"command\":\"true\",\"" + member + "\":\"/no/such\"}");

            refused.isError(422, "validation_error");
            assertThat(refused.faults()).containsExactly("[body," + member + "]");
            assertThat(api.execution(environment, refused.header("X-Execution-Id"))
                            .body()
                            .getString("state"))
                    .isEqualTo("lost");
        }
    }

    @Test
    void aLongCommandIsWholeInItsRecord() throws Exception {
        String command = "wc -c <<'E'\n" + "ü".repeat(200_000) + "x".repeat(1_200_000) + "\nE";
        Answer answer = api.execute(environment, command, Map.of());

        assertThat(answer.body().getString("output")).isEqualTo("1600001\n");
        api.output(environment, "true");
        assertThat(api.execution(environment, answer.header("X-Execution-Id"))
                        .body()
                        .getString("command"))
                .isEqualTo(command);
        assertThat(answer.header("X-Output-Truncated")).isEmpty();
        assertThat(api.execute(environment, "seq 1 1000000", Map.of()).header("X-Output-Truncated"))
                .isEqualTo("true");
    }

    @Test
    void aLongTimeoutIsForThoseWhoDoNotWaitForOneAnswer() throws Exception {
        execute("{\"command\":\"true\",\"timeout_sec\":1200}").isError(422, "validation_error");
        Answer accepted = api.post(
                "/" + environment.id() + "/execute",
                "{\"command\":\"echo done\",\"timeout_sec\":1200}",
                Map.of("X-Environment-Token", environment.token(), "Prefer", "respond-async, wait=20"));
        Answer beyond = api.post(
                "/" + environment.id() + "/execute",
                "{\"command\":\"true\",\"timeout_sec\":100000}",
                Map.of("X-Environment-Token", environment.token(), "Prefer", "respond-async"));

        assertThat(accepted.body().getString("output")).isEqualTo("done\n");
        beyond.isError(422, "validation_error");
        assertThat(beyond.faults()).containsExactly("[body,timeout_sec]");
    }

    @Test
    void aSilentCommandIsKilledAndItsRecordSaysWhy() throws Exception {
        Answer answer = execute("{\"command\":\"echo a; sleep 60\",\"idle_timeout_sec\":1}");

        answer.isError(504, "gateway_timeout_error");
        assertThat(answer.body().getString("detail")).contains("idle_timeout_sec");
        JsonObject record =
                api.execution(environment, answer.header("X-Execution-Id")).body();
        assertThat(record.getString("state")).isEqualTo("timed_out");
        assertThat(record.getString("reason")).contains("idle_timeout_sec");
        assertThat(record.getString("output")).isEqualTo("a\n");
    }

    private Answer steer(String execution, String below, String type, String body) throws Exception {
        return Api.send(api.request(api.path("/" + environment.id() + "/executions/" + execution + below))
                .header("X-Environment-Token", environment.token())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonObject ended(String execution) throws Exception {
        JsonObject record;
        do {
            record = api.execution(environment, execution).body();
        } while (record.getString("state").matches("queued|running"));
        return record;
    }

    @Test
    void inputAndSignalsReachARunningCommand() throws Exception {
        Answer begun = api.post(
                "/" + environment.id() + "/execute",
                "{\"command\":\"trap 'echo caught' USR1; touch /tmp/trapped; while ! read line; do :; done; echo $line; cat\","
                        + "\"stdin_open\":true,\"streams\":\"split\"}",
                Map.of("X-Environment-Token", environment.token(), "Prefer", "respond-async"));
        String id = begun.header("X-Execution-Id");
        api.output(environment, "until [ -e /tmp/trapped ]; do sleep 0.05; done");

        assertThat(steer(id, "/signal", "application/json", "{\"signal\":\"SIGUSR1\"}")
                        .status())
                .isEqualTo(204);
        assertThat(steer(id, "/stdin", "application/octet-stream", "one\n").status())
                .isEqualTo(204);
        steer(id, "/stdin?end=maybe", "text/plain", "x").isError(422, "validation_error");
        assertThat(steer(id, "/stdin?end=false", "text/plain", "x".repeat(300_000))
                        .status())
                .as("what one request asks for is not what another one asked for, however long it is")
                .isEqualTo(204);
        assertThat(steer(id, "/stdin?end=true", "text/plain", "x".repeat(300_000))
                        .status())
                .isEqualTo(204);
        steer(id, "/signal", "application/json", "{\"signal\":\"NONE\"}").isError(422, "validation_error");
        steer(id, "/stdin?end=maybe", "text/plain", "").isError(422, "validation_error");

        JsonObject record = ended(id);
        assertThat(record.getString("state")).isEqualTo("exited");
        assertThat(record.getString("stdout")).contains("caught\n", "one\n" + "x".repeat(100));
        String output = api.path("/" + environment.id() + "/executions/" + id + "/output");
        assertThat(api.get(output + "?stream=stdout").raw().body()).hasSizeGreaterThan(300_000);
        assertThat(api.get(output + "?stream=stderr").raw().body()).isEmpty();
        api.get(output + "?stream=all").isError(422, "validation_error");
        steer(id, "/stdin", "text/plain", "late").isError(409, "conflict_error");
        steer(id, "/signal", "application/json", "{\"signal\":\"INT\"}").isError(409, "conflict_error");
    }

    /** Bodies that come in pieces, after one that asked for something in its query, and after one that did not. */
    @Test
    void whatOneRequestAsksForIsNotTakenForAnothers() throws Exception {
        for (boolean isEnd : List.of(true, false, true)) {
            String id = api.post(
                            "/" + environment.id() + "/execute",
                            "{\"command\":\"wc -c\",\"stdin_open\":true}",
                            Map.of("X-Environment-Token", environment.token(), "Prefer", "respond-async"))
                    .header("X-Execution-Id");
            String large = "x".repeat(300_000);

            assertThat(steer(id, isEnd ? "/stdin?end=true" : "/stdin", "text/plain", large)
                            .status())
                    .isEqualTo(204);
            if (!isEnd) {
                assertThat(steer(id, "/stdin?end=true", "text/plain", large).status())
                        .as("its input was not ended")
                        .isEqualTo(204);
            }

            JsonObject record = ended(id);
            assertThat(record.getString("state")).isEqualTo("exited");
            assertThat(record.getString("output")).isEqualTo(isEnd ? "300000\n" : "600000\n");
        }
    }

    @Test
    void streamsThatWereNotKeptApartAreNotServedApart() throws Exception {
        String id = api.execute(environment, "echo x", Map.of()).header("X-Execution-Id");

        api.get(api.path("/" + environment.id() + "/executions/" + id + "/output?stream=stdout"))
                .isError(422, "validation_error");
    }

    private Answer patch(String id, String body) throws Exception {
        return Api.send(api.request(api.path("/" + id))
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    @Test
    void anEnvironmentCanBeToldToLiveLongerOrShorter() throws Exception {
        Environment brief = api.provision("{\"task_ref\":\"shell\",\"timeout_sec\":60}");
        Instant before = Instant.parse(brief.body().getString("expires_at"));

        Instant longer =
                Instant.parse(patch(brief.id(), "{\"timeout_sec\":3600}").body().getString("expires_at"));
        Instant most = Instant.parse(
                patch(brief.id(), "{\"timeout_sec\":100000000}").body().getString("expires_at"));

        assertThat(longer).isBetween(before.plusSeconds(3500), before.plusSeconds(3600));
        assertThat(most).isBetween(before.plusSeconds(86_300), before.plusSeconds(86_400));
        patch(brief.id(), "{}").isError(422, "validation_error");
        patch(brief.id(), "{\"timeout_sec\":0}").isError(422, "validation_error");
        patch(UUID.randomUUID().toString(), "{\"timeout_sec\":1}").isError(404, "not_found_error");
        assertThat(patch(brief.id(), "{\"timeout_sec\":1}").status()).isEqualTo(200);
        String state = "";
        while (!state.equals("torn_down")) {
            state = api.inWorkspace("/" + brief.id() + "/status").body().getString("state");
        }
        patch(brief.id(), "{\"timeout_sec\":60}").isError(409, "conflict_error");
    }

    @Test
    void executionsAreListedWithoutTheirOutputs() throws Exception {
        api.output(environment, "echo listed");

        JsonObject list =
                api.inWorkspace("/" + environment.id() + "/executions?limit=1").body();

        assertThat(list.keySet())
                .containsExactlyInAnyOrder(
                        "executions", "page", "limit", "total", "total_pages", "has_next", "has_previous");
        assertThat(list.getJsonArray("executions").getJsonObject(0).containsKey("output"))
                .isFalse();
    }

    @Test
    void theLogTellsWhatHappenedButNeitherCommandNorOutput() throws Exception {
        api.output(environment, "echo very-secret");

        String logs = api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs");

        assertThat(logs).contains("ready\n", "exited with exit code 0").doesNotContain("very-secret");
        assertThat(SERVER.log()).doesNotContain("very-secret", environment.token());
    }

    @Test
    void aTornDownEnvironmentCanBeReadButRunsNothing() throws Exception {
        Environment gone = api.provision();

        assertThat(api.delete(gone.id()).status()).isEqualTo(204);
        assertThat(api.delete(gone.id()).status()).isEqualTo(204);
        assertThat(api.inWorkspace("/" + gone.id()).body().getString("state")).isEqualTo("torn_down");
        api.execute(gone, "true", Map.of()).isError(409, "conflict_error");
    }

    @Test
    void anEnvironmentWhoseLifetimeIsOverIsTornDown() throws Exception {
        Environment brief = api.provision("{\"task_ref\":\"shell\",\"timeout_sec\":1}");
        Instant expires = Instant.parse(brief.body().getString("expires_at"));
        String state = "";
        while (!state.equals("torn_down") && Instant.now().isBefore(expires.plusSeconds(20))) {
            state = api.inWorkspace("/" + brief.id() + "/status").body().getString("state");
        }

        assertThat(state).isEqualTo("torn_down");
        api.execute(brief, "true", Map.of()).isError(409, "conflict_error");
    }

    @Test
    void inputsFillTheInstructionAndTasksCanBeRead() throws Exception {
        JsonObject task = api.get("/api/v1/org/acme/tasks/shell/latest").body();

        assertThat(task.getString("org_key")).isEqualTo("sandlot");
        assertThat(task.getString("template_status")).isEqualTo("ready");
        assertThat(api.get("/api/v1/org/acme/tasks/shell").body()).isEqualTo(task);
        assertThat(api.get("/api/v1/org/acme/tasks/shell/versions").body().getString("latest"))
                .isEqualTo("1.0.0");
        assertThat(api.get("/api/v1/org/acme/tasks?search=shell&tags=built-in")
                        .body()
                        .getInt("total"))
                .isEqualTo(1);
        assertThat(api.get("/api/v1/org/acme/tasks?include_public=false").body().getInt("total"))
                .isZero();
        assertThat(UUID.fromString(task.getString("id"))).isNotNull();
    }

    @Test
    void healthAndApiDescriptionAreThere() throws Exception {
        for (String check : new String[] {"started", "live", "ready"}) {
            assertThat(Api.plainGet(SERVER.uri().resolve("/health/" + check)).statusCode())
                    .isEqualTo(200);
        }
        String openApi = Api.plainGet(SERVER.uri().resolve("/openapi")).body();
        assertThat(SERVER.log()).doesNotContain("CWWKO1650E");
        assertThat(openApi).contains("/environments/{environment_id}/execute", "ErrorPayload");
    }

    @Test
    void manyCommandsAtOnceAreNotHeldUpByEachOther() throws Exception {
        var bodies = BodyPublishers.ofString(Api.body("sleep 1; echo done", Map.of()));
        var pending = IntStream.range(0, 16)
                .mapToObj(i -> Api.CLIENT.sendAsync(
                        api.request(api.path("/" + environment.id() + "/execute"))
                                .header("Content-Type", "application/json")
                                .header("X-Environment-Token", environment.token())
                                .POST(bodies)
                                .build(),
                        BodyHandlers.ofString()))
                .toList();

        assertThat(pending)
                .allSatisfy(one -> assertThat(one.join().statusCode()).isIn(200, 429));
    }
}
