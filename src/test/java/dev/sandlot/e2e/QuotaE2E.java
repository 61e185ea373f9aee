package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tenants who keep more than they may: what goes is theirs, and says so. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class QuotaE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int PRINTED = 200_000;
    private static final String PRINT = "head -c " + PRINTED + " /dev/zero | tr '\\0' x";
    private static final String GONE = "[sandlot: " + PRINTED + " bytes left out]\n";
    private static final int RECORDS = 100;

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_KEPT_MIB_PER_ENVIRONMENT", "2",
                    "SANDLOT_KEPT_MIB_PER_ORG", "5",
                    "SANDLOT_KEPT_MIB_PER_SERVER", "64",
                    "SANDLOT_RECORDS_PER_ENVIRONMENT", Integer.toString(RECORDS),
                    "SANDLOT_OUTPUT_LIMIT", "4096",
                    "SANDLOT_SPOOL_LIMIT", "1048576"));

    private static Api api(String org) {
        Token token = new Token();
        token.workspaces = List.of(org + "/main");
        return new Api(SERVER.uri(), IDENTITIES.sign(token), org, "main");
    }

    private static String print(Api api, Environment environment) throws Exception {
        Answer answer = api.execute(environment, PRINT, Map.of());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.header("X-Execution-Id");
    }

    private static String output(Api api, Environment environment, String execution) throws Exception {
        Answer answer = api.inWorkspace("/" + environment.id() + "/executions/" + execution + "/output");
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.raw().body();
    }

    private static boolean isGone(Api api, Environment environment, String execution) throws Exception {
        String output = output(api, environment, execution);
        assertThat(output).isIn(GONE, "x".repeat(PRINTED));
        return output.equals(GONE);
    }

    private static int recorded(Api api, Environment environment) throws Exception {
        return api.inWorkspace("/" + environment.id() + "/executions").body().getInt("total");
    }

    /** All of an environment's files. */
    private static long onDisk(Environment environment) throws Exception {
        Path folder = SERVER.data().resolve("outputs").resolve(environment.id());
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                bytes += Files.exists(file) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    @Test
    void theOldestOutputsOfAnEnvironmentGoAndTheirRecordsSaySo() throws Exception {
        Api victim = api("victim-one");
        Environment spared = victim.provision();
        String kept = print(victim, spared);
        Api greedy = api("greedy-one");
        Environment environment = greedy.provision();
        List<String> executions = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            executions.add(print(greedy, environment));
            assertThat(onDisk(environment)).as("at any time").isLessThan(3 << 20);
        }
        while (!isGone(greedy, environment, executions.get(20))) {
            print(greedy, environment);
        }

        assertThat(isGone(greedy, environment, executions.get(0))).isTrue();
        JsonObject record = greedy.execution(environment, executions.get(0)).body();
        assertThat(record.getBoolean("truncated")).isTrue();
        assertThat(record.getInt("output_bytes")).isEqualTo(PRINTED);
        assertThat(record.getString("output")).isEqualTo(GONE);
        assertThat(record.getString("command")).isEqualTo(PRINT);
        assertThat(recorded(greedy, environment)).isGreaterThanOrEqualTo(30);
        assertThat(isGone(greedy, environment, print(greedy, environment)))
                .as("the newest")
                .isFalse();
        assertThat(isGone(victim, spared, kept)).as("somebody else's").isFalse();
        assertThat(victim.output(spared, "echo well")).isEqualTo("well\n");
        greedy.delete(environment.id());
        victim.delete(spared.id());
    }

    @Test
    void ofAnOrganizationThatKeepsTooMuchTheEndedEnvironmentsLoseFirst() throws Exception {
        Api api = api("greedy-two");
        List<Environment> environments = new ArrayList<>();
        List<String> executions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Environment environment = api.provision();
            environments.add(environment);
            for (int k = 0; k < 8; k++) {
                executions.add(print(api, environment));
            }
        }
        Environment ended = environments.get(1);
        assertThat(api.delete(ended.id()).status()).isEqualTo(204);
        Environment last = api.provision();
        print(api, last);
        // What an ended environment has left goes first as soon as its end is known.
        while (!isGone(api, ended, executions.get(8))) {
            print(api, last);
        }

        assertThat(recorded(api, ended)).isEqualTo(8);
        for (Environment environment : environments) {
            api.delete(environment.id());
        }
        api.delete(last.id());
    }

    @Test
    void theOldestRecordsGoButNotThoseWhoseKeyMayComeAgain() throws Exception {
        Api api = api("greedy-three");
        Environment environment = api.provision();
        Map<String, String> key = Map.of("X-Environment-Token", environment.token(), "Idempotency-Key", "once");
        String body = Api.body("echo ran >> /tmp/runs; wc -l < /tmp/runs", Map.of());
        Answer keyed = api.post("/" + environment.id() + "/execute", body, key);
        String first = api.execute(environment, "echo first", Map.of()).header("X-Execution-Id");
        for (int i = 0; i < RECORDS; i++) {
            api.output(environment, "true");
        }
        while (recorded(api, environment) > RECORDS) {
            api.output(environment, "true");
        }

        api.execution(environment, first).isError(404, "not_found_error");
        assertThat(api.execution(environment, keyed.header("X-Execution-Id")).status())
                .isEqualTo(200);
        Answer again = api.post("/" + environment.id() + "/execute", body, key);
        assertThat(again.raw().body()).isEqualTo(keyed.raw().body()).contains("\"1\\n\"");
        JsonArray listed = api.inWorkspace("/" + environment.id() + "/executions?limit=200")
                .body()
                .getJsonArray("executions");
        assertThat(listed.getJsonObject(0).getString("command")).isEqualTo("true");
        api.delete(environment.id());
    }

    @Test
    void theDatabaseStaysInProportionToWhatIsRecorded() throws Exception {
        Api api = api("greedy-four");
        Environment environment = api.provision();
        Environment other = api.provision();
        String large = "true #" + "x".repeat(1_000_000);
        for (int i = 0; i < 250; i++) {
            assertThat(api.execute(environment, large, Map.of()).status()).isEqualTo(200);
            api.output(other, "echo small");
        }

        // Without compaction it never gets smaller.
        while (Files.size(SERVER.data().resolve("sandlot.mv.db")) > 220L << 20) {
            api.output(other, "echo small");
        }
        assertThat(recorded(api, environment)).isLessThan(20);
        assertThat(api.output(environment, "echo well")).isEqualTo("well\n");
        api.delete(environment.id());
        api.delete(other.id());
    }

    @Test
    void whatAnotherServerFindsIsCounted() throws Exception {
        Api api = api("greedy-five");
        Environment environment = api.provision();
        List<String> executions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            executions.add(print(api, environment));
        }

        SERVER.kill();
        SERVER.start();

        assertThat(isGone(api, environment, executions.get(0))).isFalse();
        String last = "";
        for (int i = 0; i < 6; i++) {
            last = print(api, environment);
        }
        while (!isGone(api, environment, executions.get(0))) {
            Thread.onSpinWait();
        }
        assertThat(isGone(api, environment, last)).isFalse();
        api.delete(environment.id());
    }
}
