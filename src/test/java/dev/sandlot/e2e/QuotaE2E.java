package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Identities.Token;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
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
    private static final Path FILE = quotas("filed/main.environments=1");

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
            IDENTITIES,
            Map.of(
                    "SANDLOT_KEPT_MIB_PER_ENVIRONMENT", "2",
                    "SANDLOT_KEPT_MIB_PER_ORG", "5",
                    "SANDLOT_KEPT_MIB_PER_SERVER", "64",
                    "SANDLOT_RECORDS_PER_ENVIRONMENT", Integer.toString(RECORDS),
                    "SANDLOT_OUTPUT_LIMIT", "4096",
                    "SANDLOT_SPOOL_LIMIT", "1048576",
                    "SANDLOT_QUOTAS_FILE", FILE.toString()));

    private static Path quotas(String lines) {
        try {
            Path file = Files.createTempFile("sandlot-quotas", ".properties");
            file.toFile().deleteOnExit();
            return Files.writeString(file, lines);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

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
    @OfH2
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

    private static final String SHELL = "{\"task_ref\":\"shell\"}";

    private static Answer set(String path, String body) throws Exception {
        return Api.send(new Api(SERVER, IDENTITIES.admin())
                .request("/api/v1/admin/quotas/" + path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private static JsonObject usage(Api api, String org) throws Exception {
        return api.get("/api/v1/org/" + org + "/ws/main/usage").body();
    }

    @Test
    void aQuotaHoldsAtOnceAndWhatIsUsedIsTold() throws Exception {
        Api api = api("metered");
        assertThat(set("metered/main", "{\"environments\":1,\"requests_per_second\":5000}")
                        .body()
                        .getString("source"))
                .isEqualTo("call");
        Environment environment = api.provision();
        Answer full = api.post("", SHELL, Map.of()).isError(429, "rate_limit_error");
        print(api, environment);
        JsonObject usage = usage(api, "metered");
        while (usage.getJsonObject("used").getInt("requests") < 4
                || usage.getJsonObject("used").getInt("executions") < 1) {
            usage = usage(api, "metered");
        }

        assertThat(full.body().getString("detail"))
                .isEqualTo("The quota of this workspace is 1 environments; delete one first");
        assertThat(full.header("Retry-After")).isEqualTo("60");
        assertThat(Integer.parseInt(full.header("RateLimit-Remaining"))).isBetween(1, 999);
        assertThat(full.header("RateLimit-Limit")).isEqualTo("1000");
        assertThat(usage.getJsonObject("environments").toString()).isEqualTo("{\"limit\":1,\"used\":1}");
        assertThat(usage.getJsonObject("executions_under_way").toString()).isEqualTo("{\"limit\":256,\"used\":0}");
        assertThat(usage.getJsonObject("kept_bytes").getInt("used")).isGreaterThan(PRINTED);
        assertThat(usage.getJsonObject("used").getInt("output_bytes")).isEqualTo(PRINTED);
        assertThat(usage.getJsonObject("cpu_ms_today").getInt("used"))
                .isEqualTo(usage.getJsonObject("used").getInt("cpu_ms"));
        JsonArray all = new Api(SERVER, IDENTITIES.admin())
                .get("/api/v1/usage?limit=200")
                .body()
                .getJsonArray("workspaces");
        assertThat(all.stream().map(one -> one.asJsonObject().getString("org"))).contains("metered");
        api.delete(environment.id());
    }

    @Test
    void requestsAndProcessorTimeHaveQuotasThatCanBeTakenBack() throws Exception {
        Api api = api("held");
        Environment environment = api.provision();
        assertThat(set("held/main", "{\"cpu_seconds_per_day\":0}").status()).isEqualTo(200);
        Answer tired = api.execute(environment, "true", Map.of()).isError(429, "rate_limit_error");
        assertThat(set("held", "{\"requests_per_second\":1}").status()).isEqualTo(200);
        Answer refused;
        do {
            refused = api.inWorkspace("");
        } while (refused.status() == 200);
        new Api(SERVER.uri(), IDENTITIES.withRoles("environments:read"), "held", "main")
                .inWorkspace("")
                .isError(403, "forbidden_error");
        Api operator = new Api(SERVER, IDENTITIES.admin());
        for (String tenant : List.of("held", "held/main")) {
            assertThat(Api.send(operator.request("/api/v1/admin/quotas/" + tenant)
                                    .DELETE())
                            .status())
                    .isEqualTo(204);
        }

        assertThat(tired.body().getString("detail")).contains("used its 0 seconds of processor time");
        refused.isError(429, "rate_limit_error");
        assertThat(refused.header("RateLimit-Limit")).isEqualTo("2");
        assertThat(refused.header("RateLimit-Remaining")).isEqualTo("0");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(api.output(environment, "echo well")).isEqualTo("well\n");
        assertThat(operator.get("/api/v1/audit?operation=setOrganizationQuota&org=held")
                        .body()
                        .getJsonArray("entries"))
                .hasSize(1);
        api.delete(environment.id());
    }

    @Test
    void theFileIsReadAgainAndQuotasAreTheOperators() throws Exception {
        Api api = api("filed");
        Environment environment = api.provision();
        api.post("", SHELL, Map.of()).isError(429, "rate_limit_error");
        Files.writeString(FILE, "filed/main.environments=22");
        Answer second;
        do {
            second = api.post("", SHELL, Map.of());
        } while (second.status() == 429);

        assertThat(second.status()).isEqualTo(201);
        assertThat(usage(api, "filed").getJsonObject("environments").toString()).isEqualTo("{\"limit\":22,\"used\":2}");
        Api tenant = new Api(SERVER, IDENTITIES.withRoles("environments:read", "environments:write"));
        tenant.get("/api/v1/usage").isError(403, "forbidden_error");
        tenant.get("/api/v1/admin/quotas").isError(403, "forbidden_error");
        assertThat(set("UP/main", "{\"environments\":-1,\"kept_mib\":0}")
                        .isError(422, "validation_error")
                        .faults())
                .containsExactly("[path,of_org]", "[body,environments]", "[body,kept_mib]");
        set("filed", "{}").isError(422, "validation_error");
        api.get("/api/v1/org/filed/ws/main/usage?since=2026-02-30").isError(422, "validation_error");
        api.delete(environment.id());
        api.delete(second.body().getString("id"));
    }
}
