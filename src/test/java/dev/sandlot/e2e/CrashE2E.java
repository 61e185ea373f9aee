package dev.sandlot.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.Sha256;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Kills the server at random moments under load, again and again ({@code -Dsandlot.crash.rounds}), while clients repeat
 * their requests until they have an answer.
 */
class CrashE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int ROUNDS = Integer.getInteger("sandlot.crash.rounds", 3);
    private static final long SEED = Long.getLong("sandlot.crash.seed", System.nanoTime());
    private static final int ENVIRONMENTS = 4;
    private static final int CLIENTS = 8;
    private static final int PLAIN_CLIENTS = 3;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of());

    private final CountDownLatch enough = new CountDownLatch(1);
    private final Queue<Asked> answered = new ConcurrentLinkedQueue<>();
    /** Commands that were sent once, without a key, by what they leave behind. */
    private final Map<String, String> sent = new ConcurrentHashMap<>();

    /** A command of a client, and what it was answered. */
    private record Asked(Environment environment, String token, String command, int exitCode, JsonObject answer) {}

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothingIsLostAndNothingRunsTwice() throws Exception {
        Random random = new Random(SEED);
        List<Environment> environments = new ArrayList<>();
        for (int i = 0; i < ENVIRONMENTS; i++) {
            environments.add(api().provision("{\"task_ref\":\"shell\",\"timeout_sec\":86400}"));
        }
        Environment plain = api().provision("{\"task_ref\":\"shell\",\"timeout_sec\":86400}");
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + PLAIN_CLIENTS);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(client(environments.get(i % ENVIRONMENTS), i % 2 == 0, random.nextLong())));
            }
            for (int i = 0; i < PLAIN_CLIENTS; i++) {
                clients.add(threads.submit(plainClient(plain, random.nextLong())));
            }
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(enough.await(500 + random.nextInt(2500), TimeUnit.MILLISECONDS))
                        .as("a client ended")
                        .isFalse();
                SERVER.kill();
                SERVER.start();
            }
            enough.countDown();
            for (Future<?> client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(answered).as("seed %d", SEED).hasSizeGreaterThan(ROUNDS).allSatisfy(CrashE2E::isRight);
        eachThatRanIsInTheAudit(plain);
        for (Environment environment : environments) {
            eachAnswerIsInTheAudit(environment);
            eachRanOnce(environment);
            everyRecordHasItsEnd(environment);
            api().delete(environment.id());
        }
        System.getLogger("crash").log(System.Logger.Level.INFO, ROUNDS + " rounds, " + answered.size() + " answers");
    }

    /** With a token of its own: a long run outlives one. */
    private static Api api() {
        return new Api(SERVER, IDENTITIES.admin());
    }

    private Runnable client(Environment environment, boolean async, long seed) {
        Random random = new Random(seed);
        return () -> {
            try {
                while (enough.getCount() > 0) {
                    String token = UUID.randomUUID().toString();
                    int exitCode = random.nextInt(200);
                    String command = "echo " + token + " >> /workspace/ran; sleep 0." + random.nextInt(6) + "; echo "
                            + token + "; exit " + exitCode;
                    JsonObject answer = untilAnswered(environment, token, command, async);
                    answered.add(new Asked(environment, token, command, exitCode, answer));
                }
            } catch (IOException | InterruptedException broken) {
                throw new IllegalStateException(broken);
            }
        };
    }

    /** Sends each once, whatever comes of it. */
    private Runnable plainClient(Environment environment, long seed) {
        Random random = new Random(seed);
        return () -> {
            try {
                while (enough.getCount() > 0) {
                    String token = UUID.randomUUID().toString();
                    String command = "echo " + token + " >> /workspace/ran; sleep 0.0" + random.nextInt(10);
                    sent.put(token, command);
                    if (!isTaken(environment, command)) {
                        aMoment();
                    }
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Not while the server is being killed, or starts. */
    private static boolean isTaken(Environment environment, String command) throws InterruptedException {
        try {
            return !isNotUpYet(api().execute(environment, command, Map.of()));
        } catch (IOException away) {
            return false;
        }
    }

    /** Before the next try: those who only ask again take the processor from the server that starts. */
    private static void aMoment() throws InterruptedException {
        new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }

    private void eachThatRanIsInTheAudit(Environment plain) throws Exception {
        List<String> ran = api().output(plain, "cat /workspace/ran").lines().toList();
        assertThat(ran).hasSizeGreaterThan(ROUNDS).doesNotHaveDuplicates();
        areInTheAudit(
                plain,
                ran.stream().map(token -> requireNonNull(sent.get(token))).toList());
        Answer verified = api().get("/api/v1/audit/verification");
        assertThat(verified.body().getBoolean("intact"))
                .as(verified.raw().body())
                .isTrue();
        api().delete(plain.id());
    }

    private void eachAnswerIsInTheAudit(Environment environment) throws Exception {
        areInTheAudit(
                environment,
                answered.stream()
                        .filter(asked -> asked.environment().equals(environment))
                        .map(Asked::command)
                        .toList());
    }

    /** Once each; the last of them a moment after their answers. */
    private static void areInTheAudit(Environment environment, List<String> commands) throws Exception {
        List<String> hashes = commands.stream().map(Sha256::of).toList();
        List<String> told;
        do {
            told = Api.CLIENT
                    .send(
                            api().request("/api/v1/audit?operation=execute&environment_id=" + environment.id())
                                    .header("Accept", "application/x-ndjson")
                                    .build(),
                            BodyHandlers.ofString())
                    .body()
                    .lines()
                    // Those never ran, and were sent again.
                    .filter(line -> !line.contains("\"outcome\":\"lost\""))
                    .map(line -> Api.parse(line).getString("command_sha256"))
                    .toList();
        } while (!told.containsAll(hashes));

        assertThat(told).as("seed %d", SEED).containsOnlyOnceElementsOf(hashes);
    }

    /** Sends the same again until there is a result. */
    private JsonObject untilAnswered(Environment environment, String key, String command, boolean async)
            throws IOException, InterruptedException {
        Map<String, String> headers =
                new HashMap<>(Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", key));
        if (async) {
            headers.put("Prefer", "respond-async");
        }
        while (true) {
            try {
                Answer answer = api().post("/" + environment.id() + "/execute", Api.body(command, Map.of()), headers);
                if (answer.status() == 200) {
                    return answer.body();
                }
                boolean again = answer.status() == 202 || isNotUpYet(answer) || isSafeToRepeat(answer);
                assertThat(again)
                        .as(answer.status() + " " + answer.raw().body())
                        .isTrue();
            } catch (IOException away) {
                // The server is being killed, or starts.
            }
            aMoment();
        }
    }

    /** It listens before the application is there. */
    private static boolean isNotUpYet(Answer answer) {
        return answer.status() == 404 && answer.body().isEmpty();
    }

    private static boolean isSafeToRepeat(Answer answer) {
        return answer.status() == 502 && answer.body().getString("detail").contains("safe to send it again");
    }

    private static void isRight(Asked asked) {
        assertThat(asked.answer().getString("output")).isEqualTo(asked.token() + "\n");
        assertThat(asked.answer().getInt("exit_code")).isEqualTo(asked.exitCode());
    }

    private void eachRanOnce(Environment environment) throws Exception {
        List<String> tokens = answered.stream()
                .filter(asked -> asked.environment().equals(environment))
                .map(Asked::token)
                .toList();

        assertThat(api().output(environment, "cat /workspace/ran").lines())
                .as("seed %d", SEED)
                .containsExactlyInAnyOrderElementsOf(tokens);
    }

    private void everyRecordHasItsEnd(Environment environment) throws Exception {
        boolean more = true;
        for (int page = 1; more; page++) {
            JsonObject list = api().inWorkspace("/" + environment.id() + "/executions?limit=200&page=" + page)
                    .body();
            list.getJsonArray("executions").forEach(item -> hasItsEnd(item.asJsonObject()));
            more = list.getBoolean("has_next");
        }
    }

    private static void hasItsEnd(JsonObject record) {
        if (record.getString("state").equals("lost")) {
            assertThat(record.get("exit_code")).isEqualTo(JsonValue.NULL);
            assertThat(record.getString("reason")).contains("before the command started");
            return;
        }
        assertThat(record.getString("state")).as(record.toString()).isEqualTo("exited");
        String command = record.getString("command");
        if (command.startsWith("echo ")) {
            assertThat(record.getInt("exit_code"))
                    .isEqualTo(Integer.parseInt(command.substring(command.lastIndexOf(' ') + 1)));
        }
    }
}
