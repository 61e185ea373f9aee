package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again under the same {@code Idempotency-Key}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int EQUAL = 8;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES, Map.of("SANDLOT_EXECUTIONS_PER_ENVIRONMENT", "2", "SANDLOT_ENVIRONMENTS_PER_WORKSPACE", "20"));

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

    private static String newKey() {
        return "key-" + UUID.randomUUID();
    }

    private Answer execute(Environment where, String key, String command, Map<String, Object> more) throws Exception {
        return api.post(
                "/" + where.id() + "/execute",
                Api.body(command, more),
                Map.of("X-Environment-Token", where.token(), "Idempotency-Key", key));
    }

    private Answer provision(String key, String body) throws Exception {
        return api.post("", body, Map.of("Idempotency-Key", key));
    }

    private List<HttpResponse<String>> sendAtOnce(String below, String body, Map<String, String> headers) {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < EQUAL; i++) {
            sent.add(Api.CLIENT.sendAsync(api.postRequest(below, body, headers).build(), BodyHandlers.ofString()));
        }
        return sent.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void aRepeatedExecuteRunsNothingAndGivesTheFirstAnswer() throws Exception {
        String key = newKey();
        String command = "echo x >> /tmp/once; wc -l < /tmp/once; exit 5";

        Answer first = execute(environment, key, command, Map.of());
        Answer again = execute(environment, key, command, Map.of());

        assertThat(first.body().getString("output")).isEqualTo("1\n");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("X-Execution-Id")).isEqualTo(first.header("X-Execution-Id"));
    }

    @Test
    void aRepeatedTimeoutIsTheSameError() throws Exception {
        String key = newKey();

        Answer first = execute(environment, key, "sleep 30", Map.of("timeout_sec", 1));
        Answer again = execute(environment, key, "sleep 30", Map.of("timeout_sec", 1));

        first.isError(504, "gateway_timeout_error");
        again.isError(504, "gateway_timeout_error");
        assertThat(again.header("X-Execution-Id")).isEqualTo(first.header("X-Execution-Id"));
    }

    @Test
    void equalRequestsAtOnceRunOneCommandAndGetEqualAnswers() throws Exception {
        String body = Api.body("echo x >> /tmp/eight; sleep 0.5; wc -l < /tmp/eight", Map.of());

        List<HttpResponse<String>> answers = sendAtOnce(
                "/" + environment.id() + "/execute",
                body,
                Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", newKey()));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"exit_code\":0,\"output\":\"1\\n\"}");
        });
    }

    @Test
    void theOrderOfMembersMakesNoOtherBody() throws Exception {
        String key = newKey();
        Map<String, String> headers = Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", key);

        Answer first =
                api.post("/" + environment.id() + "/execute", "{\"command\":\"echo $$\",\"timeout_sec\":9}", headers);
        Answer again = api.post(
                "/" + environment.id() + "/execute", "{ \"timeout_sec\": 9, \"command\": \"echo $$\" }", headers);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("X-Execution-Id")).isEqualTo(first.header("X-Execution-Id"));
    }

    @Test
    void anotherBodyUnderTheSameKeyIsAConflict() throws Exception {
        String key = newKey();
        execute(environment, key, "echo one", Map.of());

        execute(environment, key, "echo two", Map.of()).isError(409, "conflict_error");
        execute(environment, key, "echo one", Map.of("timeout_sec", 7)).isError(409, "conflict_error");
    }

    @Test
    void aKeyIsTheEnvironmentsOwn() throws Exception {
        Environment other = api.provision();
        String key = newKey();

        String here = execute(environment, key, "true", Map.of()).header("X-Execution-Id");
        String there = execute(other, key, "true", Map.of()).header("X-Execution-Id");

        assertThat(there).isNotEqualTo(here);
        api.delete(other.id());
    }

    @Test
    void aRefusedRequestTakesNoKey() throws Exception {
        Environment gone = api.provision();
        String key = newKey();
        execute(gone, key, "echo first", Map.of());
        api.delete(gone.id());

        execute(gone, newKey(), "echo second", Map.of()).isError(409, "conflict_error");
        assertThat(execute(gone, key, "echo first", Map.of()).body().getString("output"))
                .isEqualTo("first\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "tab\there"})
    void aKeyThatIsNoneIsAFault(String key) throws Exception {
        assertThat(execute(environment, key, "true", Map.of())
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[header,Idempotency-Key]");
        assertThat(provision(key + "x".repeat(256), "{}")
                        .isError(422, "validation_error")
                        .faults())
                .containsExactlyInAnyOrder("[header,Idempotency-Key]", "[body,task_ref]");
    }

    @Test
    void aRepeatedProvisionGivesTheSameEnvironmentWithTheSameToken() throws Exception {
        String key = newKey();

        Answer first = provision(key, "{\"task_ref\":\"shell\"}");
        Answer again = provision(key, "{\"task_ref\":\"shell\"}");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        provision(key, "{\"task_ref\":\"shell\",\"timeout_sec\":60}").isError(409, "conflict_error");
        String token = first.body().getString("execute_token");
        api.delete(first.body().getString("id"));
        assertThat(SERVER.log()).doesNotContain(token, key);
        assertThat(storedFiles()).noneMatch(content -> content.contains(token) || content.contains(key));
    }

    /** What is on the disk of the server, the database with it. */
    private static List<String> storedFiles() throws Exception {
        try (Stream<Path> files = Files.walk(SERVER.data())) {
            List<String> contents = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
            return contents;
        }
    }

    @Test
    void equalProvisionsAtOnceMakeOneEnvironment() throws Exception {
        Set<String> bodies = new HashSet<>();
        for (HttpResponse<String> answer : sendAtOnce(
                "", "{\"task_ref\":\"shell\",\"project_id\":\"eight\"}", Map.of("Idempotency-Key", newKey()))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            bodies.add(answer.body());
        }

        assertThat(bodies).hasSize(1);
        api.delete(Api.parse(bodies.iterator().next()).getString("id"));
    }

    @Test
    void afterARestartARepeatTakesUpWhatRunsAndGivesWhatHasEnded() throws Exception {
        Environment lasting = api.provision();
        String ended = newKey();
        String running = newKey();
        String made = newKey();
        String command = "echo begun >> /tmp/runs; until [ -e /tmp/go ]; do sleep 0.05; done; cat /tmp/runs; exit 4";
        Answer before = execute(lasting, ended, "echo kept; exit 3", Map.of());
        String first = provision(made, "{\"task_ref\":\"shell\"}").body().getString("execute_token");
        CompletableFuture<?> cutOff = Api.CLIENT.sendAsync(
                api.postRequest(
                                "/" + lasting.id() + "/execute",
                                Api.body(command, Map.of("timeout_sec", 600)),
                                Map.of("X-Environment-Token", lasting.token(), "Idempotency-Key", running))
                        .build(),
                BodyHandlers.ofString());
        api.output(lasting, "until [ -e /tmp/runs ]; do sleep 0.05; done");

        SERVER.kill();
        assertThat(cutOff.handle((answer, failure) -> failure != null).join()).isTrue();
        SERVER.start();

        assertThat(execute(lasting, ended, "echo kept; exit 3", Map.of()).body())
                .isEqualTo(before.body());
        CompletableFuture<HttpResponse<String>> again = Api.CLIENT.sendAsync(
                api.postRequest(
                                "/" + lasting.id() + "/execute",
                                Api.body(command, Map.of("timeout_sec", 600)),
                                Map.of("X-Environment-Token", lasting.token(), "Idempotency-Key", running))
                        .build(),
                BodyHandlers.ofString());
        api.output(lasting, "touch /tmp/go");
        assertThat(again.join().body()).isEqualTo("{\"exit_code\":4,\"output\":\"begun\\n\"}");
        Answer same = provision(made, "{\"task_ref\":\"shell\"}");
        assertThat(same.body().getString("execute_token")).isEqualTo(first);
        api.delete(same.body().getString("id"));
        api.delete(lasting.id());
    }
}
