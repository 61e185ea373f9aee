package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Marks everything that a tenant or an operator would not have told, lets it go through all that a server does, well and
 * badly, and looks for the marks where they must not be. Its logs are JSON, and are looked at for that as well.
 */
@TestInstance(Lifecycle.PER_CLASS)
class MarkersE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String SCRAPER = mark("scraper");
    private static final String SECRET = mark("secret");
    private static final String COMMAND = mark("command");
    /** A command makes it of two halves: nothing but an output has the whole. */
    private static final String OUTPUT = mark("output");

    private static final String STDIN = mark("stdin");
    private static final String VARIABLE = mark("variable");
    private static final String KEY = mark("key");
    private static final String BODY = mark("body");
    private static final String FILE = mark("file");
    private static final String FILE_PATH = mark("path");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Path SECRETS = secrets();

    @RegisterExtension
    static final SandlotServer SERVER = server();

    private final String bearer = IDENTITIES.admin();
    private final Api api = new Api(SERVER, bearer);
    private final List<Answer> refusals = new ArrayList<>();
    private Environment environment;
    private String execution = "";

    private static String mark(String what) {
        return "marked-" + what + "-" + UUID.randomUUID();
    }

    private static Path secrets() {
        try {
            Path folder = Files.createTempDirectory("sandlot-secrets");
            Files.createDirectories(folder.resolve("acme"));
            Files.writeString(folder.resolve("acme/the-secret"), SECRET);
            return folder;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** With traces, which are written into its log. */
    private static SandlotServer server() {
        Map<String, String> settings = Map.of(
                "SANDLOT_LOG_FORMAT", "json",
                "SANDLOT_METRICS_TOKEN", SCRAPER,
                "SANDLOT_SECRETS_DIR", SECRETS.toString(),
                "OTEL_SDK_DISABLED", "false",
                "OTEL_TRACES_EXPORTER", "logging",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_LOGS_EXPORTER", "none",
                "OTEL_BSP_SCHEDULE_DELAY", "100");
        try {
            SandlotServer server = SandlotServer.trusting(IDENTITIES, settings).laidOutByHand();
            Files.copy(
                    Path.of("liberty/telemetry.xml"),
                    server.folder("configDropins/defaults").resolve("telemetry.xml"));
            return server;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String marked(String command) {
        return command + " # " + COMMAND;
    }

    private static String printing() {
        int half = OUTPUT.length() / 2;
        return "printf %s%s " + OUTPUT.substring(0, half) + " " + OUTPUT.substring(half);
    }

    private Answer execute(String body, String... headers) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("X-Environment-Token", environment.token()));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return api.post("/" + environment.id() + "/execute", body, all);
    }

    private static JsonObject body(String command, int timeout) {
        return Json.createObjectBuilder()
                .add("command", command)
                .add("timeout_sec", timeout)
                .add("stdin", STDIN)
                .add("env", Json.createObjectBuilder().add("VARIABLE", VARIABLE))
                .build();
    }

    @BeforeAll
    void letAllGoThrough() throws Exception {
        environment = api.provision("{\"task_ref\":\"shell\",\"secret_ids\":[\"the-secret\"]}");
        Answer good = execute(
                body(marked(printing()), 30).toString(),
                "X-Request-Id",
                "marked-request",
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(good.body().getString("output")).isEqualTo(OUTPUT);
        execution = good.header("X-Execution-Id");
        execute(body(marked("exit 3"), 30).toString(), "Idempotency-Key", KEY);
        refusals.add(execute(body(marked("exit 4"), 30).toString(), "Idempotency-Key", KEY));
        refusals.add(execute(body(marked(printing() + "; sleep 60"), 1).toString()));
        refusals.add(execute(
                "{\"command\":7,\"stdin\":{\"x\":\"" + BODY + "\"},\"env\":{\"" + "A" + "\":[\"" + BODY + "\"]}}"));
        refusals.add(execute("{\"command\":\"" + BODY + "\",,}"));
        refusals.add(execute("{\"command\":\"true\",\"cwd\":\"\\u0000" + BODY + "\"}"));
        refusals.add(execute("{\"command\":\"true\",\"streams\":\"" + BODY + "\",\"on_timeout\":\"" + BODY + "\"}"));
        refusals.add(api.post("", "{\"task_ref\":\"shell\",\"secret_ids\":[\"" + SECRET + "\"]}", Map.of()));
        refusals.add(api.post("", "{\"task_ref\":\"shell\",\"inputs\":\"" + BODY + "\"}", Map.of()));
        refusals.add(api.post(
                "/" + environment.id() + "/execute",
                body(marked("true"), 30).toString(),
                Map.of("X-Environment-Token", mark("token"))));
        refusals.add(new Api(SERVER, mark("bearer")).inWorkspace(""));
        refusals.add(new Api(SERVER, SCRAPER).get("/metrics/none"));
        carryFiles();
        // A service that is not there, asked for with the token.
        Api.send(new Api(SERVER, environment.token()).request("/_services/" + environment.id() + "/none/"));
        // A sandbox that dies under its command.
        SERVER.killKeeper(environment.id());
        refusals.add(execute(body(marked(printing()), 30).toString(), "X-Request-Id", "marked-loss"));
    }

    private HttpRequest.Builder file(String path) {
        return api.request(api.path("/" + environment.id() + path)).header("X-Environment-Token", environment.token());
    }

    /** What is refused of files names the path that it was asked for: this one is not marked. */
    private void carryFiles() throws Exception {
        String path = "/files?path=" + FILE_PATH;
        assertThat(Api.send(file(path).PUT(BodyPublishers.ofString(FILE))).status())
                .isEqualTo(201);
        assertThat(Api.send(file(path)).raw().body()).isEqualTo(FILE);
        assertThat(Api.send(file("/archive?path=.")).raw().body()).contains(FILE);
        assertThat(Api.send(file("/files?path=none/" + FILE_PATH)).status()).isEqualTo(404);
        refusals.add(Api.send(file("/files?path=/tmp").PUT(BodyPublishers.ofString(FILE))));
        refusals.add(Api.send(file("/archive?path=/tmp")
                .header("Content-Type", "application/x-tar")
                .PUT(BodyPublishers.ofString(FILE.repeat(20)))));
    }

    @AfterAll
    void removeSecrets() throws Exception {
        api.delete(environment.id());
        Folders.remove(SECRETS);
    }

    /** Nobody writes these down at all, but in memory. */
    private List<String> neverKept() {
        return List.of(STDIN, VARIABLE, SECRET, KEY, SCRAPER, BODY, FILE, FILE_PATH, environment.token(), bearer);
    }

    private List<String> all() {
        List<String> marks = new ArrayList<>(neverKept());
        marks.addAll(List.of(COMMAND, OUTPUT));
        return marks;
    }

    @Test
    void noLogHasOne() throws Exception {
        String logs = SERVER.allLogs();

        assertThat(logs).contains(environment.id());
        // A span has the whole address that was asked for, paths of files among it: docs/operate.md says so.
        assertThat(logs.lines()
                        .map(line -> line.contains("LoggingSpanExporter") ? line.replace(FILE_PATH, "") : line)
                        .filter(line -> all().stream().anyMatch(line::contains)))
                .as("lines that have one")
                .isEmpty();
        assertThat(api.inWorkspace("/" + environment.id() + "/logs").raw().body())
                .contains("provisioning")
                .doesNotContain(all());
    }

    @Test
    void noRefusalHasOne() {
        assertThat(refusals).hasSizeGreaterThan(10).allSatisfy(refused -> {
            assertThat(refused.status()).isGreaterThanOrEqualTo(400);
            assertThat(refused.raw().body()).doesNotContain(all());
            assertThat(refused.raw().headers().map().toString()).doesNotContain(all());
        });
    }

    @Test
    void noMetricHasOne() throws Exception {
        String pair = Base64.getEncoder().encodeToString(("any:" + SCRAPER).getBytes(StandardCharsets.UTF_8));
        Answer scraped = Api.send(new Api(SERVER, "").request("/metrics").header("Authorization", "Basic " + pair));

        assertThat(scraped.raw().body()).contains("sandlot_executions_total").doesNotContain(all());
    }

    /** Records have commands and outputs, for which they are there. */
    @Test
    void recordsHaveNothingThatIsNotTheirs() throws Exception {
        Answer record = api.execution(environment, execution);

        assertThat(record.body().getString("command")).contains(COMMAND);
        assertThat(record.body().getString("output")).isEqualTo(OUTPUT);
        assertThat(record.raw().body()).doesNotContain(neverKept());
        assertThat(api.inWorkspace("/" + environment.id() + "/executions").raw().body())
                .doesNotContain(neverKept());
        assertThat(api.inWorkspace("/" + environment.id()).raw().body()).doesNotContain(all());
    }

    @Test
    void nothingOfItIsOnDisk() throws Exception {
        int files = 0;
        try (Stream<Path> all = Files.walk(SERVER.data())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files++;
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(neverKept());
            }
        }
        assertThat(files).isPositive();
    }

    private static List<JsonObject> lines() throws IOException {
        return SERVER.log()
                .lines()
                .dropWhile(line -> !line.startsWith("{"))
                // The Java runtime's own, about how it was started.
                .filter(line -> !line.startsWith("OpenJDK "))
                .map(line -> {
                    JsonObject read = Api.parse(line);
                    assertThat(read).as(line).isNotEmpty();
                    return read;
                })
                .toList();
    }

    @Test
    void everyLineIsJsonAndSaysForWhomItIs() throws Exception {
        List<JsonObject> ofTheLoss = lines().stream()
                .filter(line -> "marked-loss".equals(line.getString("ext_request", "")))
                .toList();

        assertThat(ofTheLoss).isNotEmpty();
        JsonObject lost = ofTheLoss.stream()
                .filter(line -> line.getString("message").contains(" is lost"))
                .findFirst()
                .orElseThrow();
        assertThat(lost.getString("ext_caller")).isEqualTo("tester");
        assertThat(lost.getString("ext_environment")).isEqualTo(environment.id());
        assertThat(lost.getString("message")).contains(lost.getString("ext_execution"));
        assertThat(lost).doesNotContainKey("ext_trace");
    }

    /** Spans are sent a moment after their end. */
    @Test
    void aRequestAndItsStepsArePartsOfTheClientsTrace() throws Exception {
        List<Pattern> wanted = Stream.of(
                        "'POST /api/.*/environments/\\{environment_id}/execute' .*http.response.status_code=200.*",
                        "'execution' .*sandlot.state=exited.*",
                        "'queue' .*",
                        "'sandbox' .*",
                        "'store' .*")
                .map(span -> Pattern.compile(span, Pattern.DOTALL))
                .toList();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!areToldBy(spans(), wanted)) {
            assertThat(System.nanoTime()).as(spans().toString()).isLessThan(end);
            api.inWorkspace("");
        }

        assertThat(spans())
                .allMatch(told ->
                        wanted.stream().anyMatch(span -> span.matcher(told).matches()));
    }

    private static boolean areToldBy(List<String> spans, List<Pattern> wanted) {
        return wanted.stream().allMatch(one -> spans.stream().anyMatch(one.asMatchPredicate()));
    }

    private static List<String> spans() throws IOException {
        return lines().stream()
                .filter(line -> line.getString("module", "").endsWith("LoggingSpanExporter"))
                .map(line -> line.getString("message"))
                .filter(message -> message.contains(TRACE))
                .toList();
    }
}
