package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a task puts into its environments: files, scripts, the operator's secrets. */
class PreparationE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String SECRET = "s3cr3t-value-that-nobody-sees";

    @TempDir
    static Path secrets;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of())
            .with("SANDLOT_SECRETS_DIR", () -> secrets.toString())
            // None: what the host has decides.
            .with("SANDLOT_MEMORY_BUDGET_MIB", () -> "");

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private void publish(String name, JsonObjectBuilder members) throws Exception {
        String definition = members.add("instruction", "x")
                .add("verification", Json.createObjectBuilder())
                .build()
                .toString();
        Answer made = Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition)));
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    }

    private static void secret(String id, String value) throws IOException {
        Files.createDirectories(secrets.resolve("acme"));
        Files.writeString(secrets.resolve("acme").resolve(id), value + "\n");
    }

    private String logs(Environment environment) throws Exception {
        return api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs");
    }

    @Test
    void filesAndTheProvisionScriptComeBeforeTheFirstCommand() throws Exception {
        publish(
                "prepared",
                Json.createObjectBuilder()
                        .add(
                                "files",
                                Json.createObjectBuilder()
                                        .add("/workspace/in/data.txt", "line é\n")
                                        .add(
                                                "/opt/tool",
                                                Json.createObjectBuilder()
                                                        .add("content", "#!/bin/sh\necho tool $1\n")
                                                        .add("mode", "0755")))
                        .add("env", Json.createObjectBuilder().add("NAME", "ada"))
                        .add("provision", "echo preparing; /opt/tool $NAME > made; cat in/data.txt >> made"));

        Environment environment = api.provision("{\"task_ref\":\"prepared\"}");

        assertThat(api.output(environment, "cat made")).isEqualTo("tool ada\nline é\n");
        assertThat(logs(environment)).contains("provision script ended with exit code 0\n    preparing\n", "ready\n");
        api.delete(environment.id());
    }

    @Test
    void whatIsMadeForATasksUserIsTheirs() throws Exception {
        publish(
                "handed",
                Json.createObjectBuilder()
                        .add("user", "nobody")
                        .add("workdir", "/workspace")
                        .add(
                                "files",
                                Json.createObjectBuilder()
                                        .add("/workspace/src/main.txt", "one\n")
                                        .add("/etc/theirs", "root's\n")));

        Environment environment = api.provision("{\"task_ref\":\"handed\"}");

        assertThat(api.output(
                        environment,
                        "id -un; echo two >> src/main.txt && touch src/new here && cat src/main.txt; cat /etc/theirs;"
                                + " echo x 2>/dev/null >> /etc/theirs || echo refused"))
                .isEqualTo("nobody\none\ntwo\nroot's\nrefused\n");
        api.delete(environment.id());
    }

    @Test
    void aProvisionScriptThatFailsFailsTheEnvironment() throws Exception {
        publish("broken", Json.createObjectBuilder().add("provision", "echo no luck; exit 3"));

        Answer refused = api.post("", "{\"task_ref\":\"broken\"}", Map.of());

        assertThat(refused.isError(502, "bad_gateway_error").body().getString("detail"))
                .contains("provision script ended with exit code 3");
        JsonObject failed = api.inWorkspace("?state=failed").body().getJsonArray("environments").stream()
                .map(item -> item.asJsonObject())
                .filter(item -> item.getString("task_ref").startsWith("acme/broken"))
                .findFirst()
                .orElseThrow();
        assertThat(failed.getString("error")).isEqualTo("The task's provision script ended with exit code 3");
        assertThat(logs(new Environment(failed.getString("id"), "", failed))).contains("\n    no luck\n");
    }

    @Test
    void aProvisionScriptThatTakesTooLongFailsTheEnvironment() throws Exception {
        publish(
                "slow",
                Json.createObjectBuilder()
                        .add(
                                "provision",
                                Json.createObjectBuilder()
                                        .add("script", "sleep 60")
                                        .add("timeout_sec", 1)));

        assertThat(api.post("", "{\"task_ref\":\"slow\"}", Map.of())
                        .isError(502, "bad_gateway_error")
                        .body()
                        .getString("detail"))
                .contains("ran past its timeout");
    }

    @Test
    void theTeardownScriptRunsBeforeTheEnd() throws Exception {
        publish("farewell", Json.createObjectBuilder().add("teardown", "cat /workspace/last"));
        Environment environment = api.provision("{\"task_ref\":\"farewell\"}");
        api.output(environment, "echo bye > last");

        assertThat(api.delete(environment.id()).status()).isEqualTo(204);
        assertThat(api.delete(environment.id()).status()).isEqualTo(204);

        String logs;
        do {
            logs = logs(environment);
        } while (!logs.contains("teardown script"));
        assertThat(logs).contains("torn down\n", "teardown script ended with exit code 0\n    bye\n");
        api.execute(environment, "true", Map.of()).isError(409, "conflict_error");
    }

    @Test
    void secretsAreVariablesOfCommandsAndNothingElse() throws Exception {
        secret("api-key", SECRET);
        publish("secretive", Json.createObjectBuilder().add("provision", "echo ${#API_KEY} > length"));

        Environment environment = api.provision("{\"task_ref\":\"secretive\",\"secret_ids\":[\"api-key\"]}");

        assertThat(api.output(environment, "cat length; echo ${#API_KEY}"))
                .isEqualTo(SECRET.length() + "\n" + SECRET.length() + "\n");
        assertThat(api.inWorkspace("/" + environment.id()).raw().body()).doesNotContain(SECRET);
        assertThat(logs(environment)).doesNotContain(SECRET);
        assertThat(SERVER.log()).doesNotContain(SECRET);
        try (Stream<Path> files = Files.walk(SERVER.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
            }
        }
        api.delete(environment.id());
    }

    @Test
    void aSecretThatIsGoneIsToldByItsName() throws Exception {
        secret("passing", SECRET);
        Environment environment = api.provision("{\"task_ref\":\"shell\",\"secret_ids\":[\"passing\"]}");
        Files.delete(secrets.resolve("acme/passing"));

        assertThat(api.execute(environment, "true", Map.of())
                        .isError(409, "conflict_error")
                        .body()
                        .getString("detail"))
                .contains("passing");
        api.post("", "{\"task_ref\":\"shell\",\"secret_ids\":[\"passing\"]}", Map.of())
                .isError(422, "validation_error");
        api.delete(environment.id());
    }

    @Test
    void filesAndScriptsThatAreNoneAreFaults() throws Exception {
        String definition = "{\"instruction\":\"x\",\"verification\":{},\"provision\":{\"timeout_sec\":5},"
                + "\"teardown\":{\"script\":\"x\",\"timeout_sec\":9999},\"files\":{\"relative\":\"x\",\"/a/../b\":\"x\","
                + "\"/c\":{\"mode\":\"0644\"},\"/d\":{\"content\":\"x\",\"mode\":\"rwx\"},\"/e\":{\"source\":\"/etc/passwd\"}}}";

        Answer refused = Api.send(api.request("/api/v1/org/acme/tasks/faulty/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition)));

        assertThat(refused.isError(422, "validation_error").faults())
                .containsExactlyInAnyOrderElementsOf(List.of(
                        "[body,provision]",
                        "[body,teardown,timeout_sec]",
                        "[body,files,relative]",
                        "[body,files,/a/../b]",
                        "[body,files,/c]",
                        "[body,files,/d,mode]",
                        "[body,files,/e]"));
    }
}
