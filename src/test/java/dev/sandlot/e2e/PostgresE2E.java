package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** On PostgreSQL: the same operations, and a database that goes away or does not answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresE2E {
    private static final Identities IDENTITIES = new Identities();

    private Path folder;
    private EmbeddedPostgres database;
    private SandlotServer server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        folder = Files.createTempDirectory("sandlot-postgres");
        database = open(0);
        server = serverOnIt();
        server.start();
        api = new Api(server, IDENTITIES.admin());
    }

    private SandlotServer serverOnIt() {
        return SandlotServer.trusting(
                IDENTITIES,
                Map.of(
                        "SANDLOT_DB_URL", database.getJdbcUrl("postgres", "postgres"),
                        "SANDLOT_DB_USER", "postgres",
                        "SANDLOT_DB_TIMEOUT_SECONDS", "2",
                        "SANDLOT_KEPT_MIB_PER_ENVIRONMENT", "2",
                        "SANDLOT_RECORDS_PER_ENVIRONMENT", "60"));
    }

    private EmbeddedPostgres open(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(folder.toFile());
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    @AfterAll
    void stop() throws Exception {
        server.afterAll(null);
        database.close();
        Folders.remove(folder);
    }

    @Test
    void theOperationsAreTheSame() throws Exception {
        Environment environment = api.provision();
        Answer answer = api.execute(environment, "printf 'a\\377'; exit 3", Map.of());

        assertThat(answer.body().getInt("exit_code")).isEqualTo(3);
        assertThat(api.execution(environment, answer.header("X-Execution-Id"))
                        .body()
                        .getString("output"))
                .isEqualTo("a\ufffd");
        assertThat(api.inWorkspace("/" + environment.id() + "/executions")
                        .body()
                        .getInt("total"))
                .isEqualTo(1);
        assertThat(api.inWorkspace("?state=ready").body().getInt("total")).isPositive();
        assertThat(api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs"))
                .contains("exited with exit code 3");
        api.delete(environment.id());
    }

    @Test
    void equalRequestsAtOnceAreOne() throws Exception {
        Environment environment = api.provision();
        Set<String> bodies = new HashSet<>();
        List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 8)
                .mapToObj(i -> Api.CLIENT.sendAsync(
                        api.postRequest(
                                        "/" + environment.id() + "/execute",
                                        Api.body("echo x >> /tmp/n; wc -l < /tmp/n; echo $$", Map.of()),
                                        Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", "one"))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        sent.forEach(one -> bodies.add(one.join().body()));

        assertThat(bodies).hasSize(1).first().asString().startsWith("{\"exit_code\":0,\"output\":\"1\\n");
        api.delete(environment.id());
    }

    @Test
    void oldOutputsAndRecordsMakeRoom() throws Exception {
        Environment environment = api.provision();
        String print = "head -c 200000 /dev/zero | tr '\\0' x";
        Answer keyed = api.post(
                "/" + environment.id() + "/execute",
                Api.body(print, Map.of("streams", "split")),
                Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", "kept"));
        String id = keyed.header("X-Execution-Id");
        String second = api.execute(environment, print, Map.of()).header("X-Execution-Id");
        do {
            api.output(environment, print);
        } while (!api.execution(environment, id).body().getString("output").contains("left out"));
        do {
            api.output(environment, "true");
        } while (api.execution(environment, second).status() != 404);

        JsonObject record = api.execution(environment, id).body();
        assertThat(record.getBoolean("truncated")).isTrue();
        for (String stream : List.of("output", "stdout")) {
            assertThat(record.getString(stream)).isEqualTo("[sandlot: 200000 bytes left out]\n");
        }
        assertThat(record.getString("stderr")).isEmpty();
        api.delete(environment.id());
    }

    @Test
    void tasksArePublishedOnce() throws Exception {
        String path = "/api/v1/org/acme/tasks/pg/1.0.0";
        String body = "{\"instruction\":\"x\",\"verification\":{}}";

        for (int expected : new int[] {201, 200}) {
            assertThat(Api.send(api.request(path)
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString(body)))
                            .status())
                    .isEqualTo(expected);
        }
    }

    private Answer put(String version, String body) throws Exception {
        return Api.send(api.request("/api/v1/org/acme/tasks/" + version)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void textThatTheDatabaseDoesNotTakeIsAFaultAndAScriptMayPrintIt() throws Exception {
        String definition = "{\"instruction\":\"{{a}}\",\"verification\":{},\"provision\":\"printf 'a\\\\0b'\"}";
        assertThat(put("nul/1.0.0", definition).status()).isEqualTo(201);

        assertThat(api.post("", "{\"task_ref\":\"nul\",\"inputs\":{\"a\":\"\\u0000\"}}", Map.of())
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[body,inputs,a]");
        put("nul/1.0.1", definition.replace("{{a}}", "\\u0000")).isError(422, "validation_error");
        Environment environment = api.provision("{\"task_ref\":\"nul\",\"inputs\":{\"a\":\"\ud83d\ude00\"}}");

        assertThat(environment.body().getString("instruction")).isEqualTo("\ud83d\ude00");
        assertThat(api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs"))
                .contains("    ab\n");
        api.delete(environment.id());
    }

    @Test
    void versionsAreListedPickedAndRemoved() throws Exception {
        String definition = "{\"instruction\":\"Find me\",\"verification\":{},\"tags\":[\"pg\"],\"is_public\":true}";
        for (String version : List.of("1.9.0", "1.10.0")) {
            assertThat(put("many/" + version, definition).status()).isEqualTo(201);
        }

        assertThat(api.get("/api/v1/org/acme/tasks/many/versions").body().getString("latest"))
                .isEqualTo("1.10.0");
        assertThat(api.get("/api/v1/org/acme/tasks?search=FIND&tags=pg").body().getInt("total"))
                .isEqualTo(1);
        assertThat(Api.send(api.request("/api/v1/org/acme/tasks/many/1.10.0").DELETE())
                        .status())
                .isEqualTo(204);
        assertThat(api.get("/api/v1/org/acme/tasks/many").body().getString("version"))
                .isEqualTo("1.9.0");
    }

    @Test
    void whatEndsWhileTheDatabaseIsAwayIsInItLater() throws Exception {
        Environment environment = api.provision();
        CompletableFuture<HttpResponse<String>> running = Api.CLIENT.sendAsync(
                api.postRequest(
                                "/" + environment.id() + "/execute",
                                Api.body("touch /tmp/begun; sleep 4; echo survived; exit 6", Map.of()),
                                Map.of("X-Environment-Token", environment.token()))
                        .build(),
                BodyHandlers.ofString());
        api.output(environment, "until [ -e /tmp/begun ]; do sleep 0.05; done");
        int port = database.getPort();

        database.close();
        Answer away = api.inWorkspace("/" + environment.id() + "/executions");
        int ready = Api.plainGet(server.uri().resolve("/health/ready")).statusCode();
        HttpResponse<String> answer = running.join();
        database = open(port);

        away.isError(500, "app_error");
        assertThat(ready).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("{\"exit_code\":6,\"output\":\"survived\\n\"}");
        String id = answer.headers().firstValue("X-Execution-Id").orElseThrow();
        assertThat(wellAgain(environment, id).body().getString("state")).isEqualTo("exited");
        assertThat(api.output(environment, "echo well")).isEqualTo("well\n");
        api.delete(environment.id());
    }

    /** Connections of before are still in the pool: each of them fails once. */
    private Answer wellAgain(Environment environment, String execution) throws Exception {
        Answer answer;
        do {
            answer = api.execution(environment, execution);
        } while (answer.status() == 500);
        return answer;
    }

    @Test
    void aDatabaseThatDoesNotAnswerHoldsNobodyForLong() throws Exception {
        Environment environment = api.provision();
        String id = api.execute(environment, "echo x", Map.of()).header("X-Execution-Id");
        wellAgain(environment, id);

        // What ended just now the server knows without the database.
        String unknown = UUID.randomUUID().toString();
        api.execution(environment, unknown).isError(404, "not_found_error");
        signal("-STOP");
        try {
            api.execution(environment, unknown).isError(500, "app_error");
        } finally {
            signal("-CONT");
        }

        assertThat(wellAgain(environment, id).body().getString("output")).isEqualTo("x\n");
        api.delete(environment.id());
    }

    /** Work of one client, an environment of its own: what it was told has ended, and how often it was refused. */
    private final class Load {
        private final Environment environment = api.provision();
        private final Map<String, String> told = new ConcurrentHashMap<>();
        private final AtomicInteger refused;

        Load(AtomicInteger refused) throws Exception {
            this.refused = refused;
        }

        /** Until that is done; then until something has ended once more. */
        Void runThrough(CompletableFuture<?> trouble) throws Exception {
            boolean over = false;
            for (int i = 0; !over; i++) {
                boolean last = trouble.isDone();
                over = ends("number " + i) && last;
            }
            return null;
        }

        private boolean ends(String what) throws Exception {
            Answer answer = api.execute(environment, "sleep 0.3; echo " + what, Map.of());
            if (answer.status() != 200) {
                answer.isError(500, "app_error");
                refused.incrementAndGet();
                return false;
            }
            told.put(answer.header("X-Execution-Id"), what + "\n");
            return true;
        }

        void requireAllStored() throws Exception {
            for (Map.Entry<String, String> end : told.entrySet()) {
                JsonObject record = wellAgain(environment, end.getKey()).body();
                assertThat(record.getString("state")).isEqualTo("exited");
                assertThat(record.getString("output")).isEqualTo(end.getValue());
            }
            assertThat(api.delete(environment.id()).status()).isEqualTo(204);
        }
    }

    @FunctionalInterface
    private interface Trouble {
        void make() throws Exception;
    }

    /** Makes the trouble while all of them work. */
    private static void under(List<Load> loads, Trouble trouble) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(loads.size());
        CompletableFuture<Boolean> made = new CompletableFuture<>();
        try {
            List<Future<Void>> work = new ArrayList<>();
            for (Load load : loads) {
                work.add(clients.submit(() -> load.runThrough(made)));
            }
            try {
                trouble.make();
            } finally {
                made.complete(true);
            }
            for (Future<Void> one : work) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void noEndIsLostUnderLoadWhileTheDatabaseIsCutOffStartedAgainAndSlow() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        List<Load> loads = List.of(new Load(refused), new Load(refused), new Load(refused), new Load(refused));
        try (Heap heap = Heap.of(server.pid())) {
            long before = heap.kept().orElseThrow();
            under(
                    loads,
                    () -> execute("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where backend_type = 'client backend' and pid <> pg_backend_pid()"));
            under(loads, () -> {
                int port = database.getPort();
                database.close();
                database = open(port);
            });
            under(loads, () -> {
                int sofar = refused.get();
                try {
                    signal("-STOP");
                    while (refused.get() < sofar + loads.size()) {
                        Thread.onSpinWait();
                    }
                } finally {
                    signal("-CONT");
                }
            });

            assertThat(heap.kept().orElseThrow()).isLessThan(before + (48L << 20));
        }
        for (Load load : loads) {
            assertThat(load.told).hasSizeGreaterThanOrEqualTo(3);
            load.requireAllStored();
        }
        assertThat(Api.plainGet(server.uri().resolve("/health/ready")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSecondServerIsRefusedUntilTheFirstIsDead() throws Exception {
        Environment environment = api.provision();

        assertThat(serverOnIt().refuse()).contains("Sandlot can't start: Another server uses this database");
        assertThat(api.output(environment, "echo goes on")).isEqualTo("goes on\n");

        server.kill();
        server.start();
        assertThat(api.output(environment, "echo again")).isEqualTo("again\n");
        api.delete(environment.id());
    }

    @Test
    void aScriptMayPrintWhatTheDatabaseDoesNotTake() throws Exception {
        String script = "printf 'a\\000b\\033[31mc\\377\\n'; seq 1 900; echo the last line";
        publish("printing", script);
        publish("failing", script + "; exit 3");

        Environment environment = api.provision("{\"task_ref\":\"printing\"}");
        Answer refused = api.post("", "{\"task_ref\":\"failing\"}", Map.of());

        assertThat(refused.isError(502, "bad_gateway_error").body().getString("detail"))
                .contains("provision script ended with exit code 3");
        assertThat(api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs"))
                .contains("provision script ended with exit code 0\n", "\n    900\n    the last line\n");
        api.delete(environment.id());
    }

    private void publish(String name, String script) throws Exception {
        String definition = Json.createObjectBuilder()
                .add("instruction", "x")
                .add("verification", Json.createObjectBuilder())
                .add("provision", script)
                .build()
                .toString();
        Answer made = Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition)));
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    }

    @Test
    void whatTenantsSendIsInNoLogWhenTheDatabaseFails() throws Exception {
        String secret = "hush-" + "7c1e5a";
        Environment environment = api.provision();
        execute("alter table executions add constraint no_secrets check (command not like '%" + secret
                + "%') not valid");
        Answer refused = api.execute(environment, "echo " + secret, Map.of());
        String id = refused.header("X-Execution-Id");
        while (!server.log().contains("does not take the record of the execution " + id)) {
            Thread.onSpinWait();
        }
        execute("alter table executions drop constraint no_secrets");

        api.post(
                "/" + environment.id() + "/execute",
                Api.body("sleep 1; echo " + secret, Map.of()),
                Map.of("X-Environment-Token", environment.token(), "Prefer", "respond-async"));
        int failures = failures();
        try {
            signal("-STOP");
            while (failures() == failures) {
                Thread.onSpinWait();
            }
        } finally {
            signal("-CONT");
        }

        assertThat(refused.body().getString("output")).isEqualTo(secret + "\n");
        assertThat(wellAgain(environment, id).status()).isEqualTo(404);
        assertThat(server.allLogs()).contains("SQLSTATE 23514", "SQLSTATE 08").doesNotContain(secret);
        api.delete(environment.id());
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = database.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute(statement);
        }
    }

    private int failures() throws IOException {
        return server.log().split("Periodic work failed", -1).length;
    }

    /** To all processes of the database: first to the one that starts the others. One that ends meanwhile needs none. */
    private void signal(String signal) throws Exception {
        ProcessHandle postmaster = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                                .get(0)))
                .orElseThrow();
        send(signal, postmaster);
        for (ProcessHandle process : postmaster.descendants().toList()) {
            send(signal, process);
        }
    }

    private static void send(String signal, ProcessHandle process) throws Exception {
        int sent = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(sent == 0 || !process.isAlive()).isTrue();
    }
}
