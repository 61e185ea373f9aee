package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Certificate;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.metrics.Expression;
import dev.sandlot.metrics.Scrape;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What operators see of a server that speaks TLS alone: metrics, the dashboard and alerts that are made of them, headers. */
class ObservedE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String TOKEN = "a-token-for-the-scraper-of-the-tests";
    private static final String ORIGIN = "https://app.example";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Pattern TOLD = Pattern.compile("`(sandlot_[a-z_]+)");

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(
                    IDENTITIES, Map.of("SANDLOT_METRICS_TOKEN", TOKEN, "SANDLOT_CORS_ORIGINS", ORIGIN))
            .withTls();

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private static Answer scrapeAs(String token) throws Exception {
        return new Api(SERVER, token).get("/metrics");
    }

    private static Answer scrapeWith(String password) throws Exception {
        String pair = Base64.getEncoder().encodeToString(("any:" + password).getBytes(StandardCharsets.UTF_8));
        return Api.send(new Api(SERVER, "").request("/metrics").header("Authorization", "Basic " + pair));
    }

    private static Scrape scrape() throws Exception {
        Answer answer = scrapeWith(TOKEN);
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/plain;").contains("version=0.0.4");
        return Scrape.parse(answer.raw().body());
    }

    @Test
    void metricsAreForThoseWhoMayReadThem() throws Exception {
        scrapeAs("").isError(401, "authentication_error");
        scrapeWith(TOKEN + "x").isError(401, "authentication_error");
        scrapeAs(new Identities().admin()).isError(401, "authentication_error");
        scrapeAs(IDENTITIES.withRoles("environments:read", "environments:execute"))
                .isError(403, "forbidden_error");

        assertThat(scrapeAs(IDENTITIES.withRoles("metrics:read")).status()).isEqualTo(200);
        assertThat(scrapeAs(IDENTITIES.admin()).status()).isEqualTo(200);
        assertThat(scrapeWith(TOKEN).status()).isEqualTo(200);
        // It is for nothing else.
        scrapeAs(TOKEN).isError(401, "authentication_error");
        new Api(SERVER, TOKEN).inWorkspace("").isError(401, "authentication_error");
        assertThat(SERVER.allLogs()).doesNotContain(TOKEN);
    }

    private static double rise(Scrape before, Scrape after, String name, String... labels) {
        Map<String, String> series = labels.length == 0
                ? Map.of()
                : labels.length == 2
                        ? Map.of(labels[0], labels[1])
                        : Map.of(labels[0], labels[1], labels[2], labels[3]);
        double was = before.samples().stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(series))
                .mapToDouble(Scrape.Sample::value)
                .findFirst()
                .orElse(0);
        return after.value(name, series) - was;
    }

    @Test
    void whatHappensIsCounted() throws Exception {
        Scrape before = scrape();
        Environment environment = api.provision();
        api.output(environment, "printf 12345");
        api.execute(environment, "sleep 60", Map.of("timeout_sec", 1)).isError(504, "gateway_timeout_error");
        api.execute(environment, "", Map.of()).isError(422, "validation_error");
        api.inWorkspace("/no-id").isError(422, "validation_error");
        Api.send(new Api(SERVER, "").request("/api/v1/nothing")).isError(401, "authentication_error");
        SERVER.killKeeper(environment.id());
        api.execute(environment, "true", Map.of()).isError(502, "bad_gateway_error");
        Scrape after = scrape();

        assertThat(rise(before, after, "sandlot_executions_total", "outcome", "exited"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_executions_total", "outcome", "timed_out"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_executions_total", "outcome", "lost"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_execution_output_bytes_total")).isEqualTo(5);
        assertThat(rise(before, after, "sandlot_execution_run_seconds_count")).isEqualTo(2);
        assertThat(rise(before, after, "sandlot_execution_queue_seconds_count")).isEqualTo(2);
        assertThat(rise(before, after, "sandlot_execution_overhead_seconds_count"))
                .isEqualTo(2);
        assertThat(rise(before, after, "sandlot_execution_store_seconds_count")).isEqualTo(3);
        assertThat(rise(before, after, "sandlot_execution_run_seconds_sum")).isBetween(1.0, 3.0);
        assertThat(rise(before, after, "sandlot_provision_seconds_count", "outcome", "ready"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_keeper_errors_total", "kind", "sandbox_died"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_errors_total", "type", "validation_error"))
                .isEqualTo(2);
        assertThat(rise(before, after, "sandlot_errors_total", "type", "gateway_timeout_error"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_errors_total", "type", "bad_gateway_error"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_errors_total", "type", "authentication_error"))
                .isGreaterThanOrEqualTo(1);
        assertThat(rise(before, after, "sandlot_http_requests_total", "operation", "execute", "code", "200"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_http_requests_total", "operation", "execute", "code", "422"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_http_requests_total", "operation", "execute", "code", "504"))
                .isEqualTo(1);
        assertThat(rise(
                        before,
                        after,
                        "sandlot_http_requests_total",
                        "operation",
                        "provisionEnvironment",
                        "code",
                        "201"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_http_requests_total", "operation", "none", "code", "401"))
                .isEqualTo(1);
        assertThat(rise(before, after, "sandlot_http_request_duration_seconds_count", "operation", "execute"))
                .isEqualTo(4);
        assertThat(after.value("sandlot_share_limit", Map.of("share", "executions")))
                .isEqualTo(512);
        assertThat(after.value("sandlot_share_used", Map.of("share", "executions")))
                .isZero();
        assertThat(after.value("sandlot_database_up")).isEqualTo(1);
        assertThat(after.value("process_open_fds")).isGreaterThan(10);
        assertThat(after.value("sandlot_disk_free_bytes")).isPositive();
    }

    /** No name of a tenant, of an environment or of a task is in any series. */
    @Test
    void nothingOfTenantsIsInThem() throws Exception {
        Environment environment = api.provision();
        api.output(environment, "echo word-of-a-command");
        new Api(SERVER.uri(), IDENTITIES.admin(), "stranger-org", "stranger-ws").inWorkspace("");

        String text = scrapeWith(TOKEN).raw().body();

        assertThat(text).doesNotContain("acme", "tester", "stranger", "word-of-a-command", environment.id(), "shell");
        api.delete(environment.id());
    }

    private static List<String> alertExpressions() throws Exception {
        Map<?, ?> rules = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("deploy/prometheus/sandlot.rules.yml")));
        List<String> expressions = new ArrayList<>();
        for (Object group : (List<?>) rules.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                expressions.add(((Map<?, ?>) rule).get("expr").toString());
            }
        }
        return expressions;
    }

    private static List<String> dashboardExpressions() throws Exception {
        List<String> expressions = new ArrayList<>();
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(Path.of("deploy/grafana/sandlot.json")))) {
            for (JsonValue panel : reader.readObject().getJsonArray("panels")) {
                if (panel.asJsonObject().containsKey("targets")) {
                    panel.asJsonObject()
                            .getJsonArray("targets")
                            .forEach(target ->
                                    expressions.add(target.asJsonObject().getString("expr")));
                }
            }
        }
        return expressions;
    }

    @Test
    void dashboardAndAlertsNameWhatThereIs() throws Exception {
        Scrape scrape = scrape();

        assertThat(alertExpressions()).hasSizeGreaterThan(10).allSatisfy(expr -> Expression.check(expr, scrape));
        assertThat(dashboardExpressions()).hasSizeGreaterThan(20).allSatisfy(expr -> Expression.check(expr, scrape));
    }

    @Test
    void everyMetricIsTold() throws Exception {
        Set<String> told = TOLD.matcher(Files.readString(Path.of("docs/operate.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(scrape().families())
                .filteredOn(family -> family.startsWith("sandlot_"))
                .containsExactlyInAnyOrderElementsOf(told);
    }

    @Test
    void linesSayTheTraceThatTheClientNames() throws Exception {
        String parent = "00-" + TRACE + "-00f067aa0ba902b7-01";
        String id = api.post("", "{\"task_ref\":\"shell\"}", Map.of("X-Request-Id", "traced-1", "traceparent", parent))
                .body()
                .getString("id");
        api.delete(id);
        String other = api.post(
                        "",
                        "{\"task_ref\":\"shell\"}",
                        Map.of("X-Request-Id", "traced-2", "traceparent", parent.replace("00-4", "ff-4")))
                .body()
                .getString("id");
        api.delete(other);

        assertThat(SERVER.log())
                .contains("[traced-1 " + TRACE + "] Environment " + id + " is provisioned")
                .contains("[traced-2] Environment " + other + " is provisioned");
    }

    private static Answer from(String origin, HttpRequest.Builder request) throws Exception {
        return Api.send(request.header("Origin", origin));
    }

    private HttpRequest.Builder preflight() {
        return new Api(SERVER, "")
                .request(api.path(""))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type");
    }

    @Test
    void pagesOfNamedOriginsMayUseTheApi() throws Exception {
        Answer asked = from(ORIGIN, preflight());
        Answer refused = from(ORIGIN, new Api(SERVER, "").request(api.path("")));
        Answer answered = from(ORIGIN, api.request(api.path("")));

        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Methods"))
                .contains("POST")
                .contains("DELETE");
        assertThat(asked.header("Access-Control-Allow-Headers")).contains("Authorization", "X-Environment-Token");
        refused.isError(401, "authentication_error");
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.header("Access-Control-Expose-Headers")).contains("X-Execution-Id");
        for (Answer answer : List.of(asked, refused, answered)) {
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
            assertThat(answer.header("Vary")).contains("Origin");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
        }
    }

    @Test
    void pagesOfOthersMayNot() throws Exception {
        for (String origin : List.of("https://app.example.evil", "http://app.example", "null", ORIGIN + ":444")) {
            assertThat(from(origin, preflight())
                            .isError(401, "authentication_error")
                            .header("Vary"))
                    .contains("Origin");
            assertThat(from(origin, api.request(api.path(""))).header("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void answersAreData() throws Exception {
        for (Answer answer : List.of(
                api.inWorkspace(""),
                new Api(SERVER, "").inWorkspace(""),
                api.get("/api/v1/a%2fb"),
                scrapeWith(TOKEN),
                api.get("/nothing"))) {
            assertThat(answer.header("X-Content-Type-Options"))
                    .as(answer.raw().uri().toString())
                    .isEqualTo("nosniff");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
        }
    }

    /** Plain HTTP gets no answer of HTTP, and TLS no older one than 1.2. */
    @Test
    void nothingIsSaidInTheClear() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.uri().getPort())) {
            socket.setSoTimeout(40_000);
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
        }
        assertThat(shown().getProtocol()).isEqualTo("TLSv1.3");
    }

    private static SSLSession shown() throws Exception {
        try (SSLSocket socket = (SSLSocket) Certificate.takingAll()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), SERVER.uri().getPort())) {
            socket.startHandshake();
            return socket.getSession();
        }
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        assertThat(shown().getPeerCertificates()[0])
                .isEqualTo(Certificate.read(SERVER.keystore(), SandlotServer.TLS_PASSWORD));

        Certificate.write(SERVER.keystore(), SandlotServer.TLS_PASSWORD);

        X509Certificate renewed = Certificate.read(SERVER.keystore(), SandlotServer.TLS_PASSWORD);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!shown().getPeerCertificates()[0].equals(renewed)) {
            assertThat(System.nanoTime()).as("the old one is shown").isLessThan(end);
        }
    }
}
