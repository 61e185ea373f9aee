package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Certificate;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client of one workspace. */
final class Api {
    static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(Certificate.takingAll())
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI server;
    private final String token;
    private final String base;

    Api(URI server, String token, String org, String workspace) {
        this.server = server;
        this.token = token;
        this.base = "/api/v1/org/" + org + "/ws/" + workspace + "/environments";
    }

    Api(SandlotServer server, String token) {
        this(server.uri(), token, "acme", "main");
    }

    /** A server's answer, read as JSON. */
    record Answer(int status, JsonObject body, HttpResponse<String> raw) {
        static Answer of(HttpResponse<String> raw) {
            return new Answer(raw.statusCode(), parse(raw.body()), raw);
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }

        /** Checks the whole envelope. */
        Answer isError(int expected, String type) {
            assertThat(status).as(raw.body()).isEqualTo(expected);
            assertThat(header("Content-Type")).startsWith("application/json");
            assertThat(body.getInt("code")).isEqualTo(expected);
            assertThat(body.getString("type")).isEqualTo(type);
            assertThat(body.getString("detail"))
                    .isNotBlank()
                    .doesNotContain("Exception", "dev.sandlot", "java.", "/tmp/");
            assertThat(body.keySet())
                    .isSubsetOf("code", "detail", "type", "errors")
                    .satisfies(keys -> assertThat(keys.contains("errors")).isEqualTo(expected == 422));
            return this;
        }

        /** The places of all faults. */
        List<String> faults() {
            List<String> places = new ArrayList<>();
            body.getJsonArray("errors")
                    .forEach(fault -> places.add(
                            fault.asJsonObject().getJsonArray("loc").toString().replace("\"", "")));
            return places;
        }
    }

    /** An environment of the tests, with its secret. */
    record Environment(String id, String token, JsonObject body) {}

    static HttpResponse<String> plainGet(URI uri) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    static JsonObject parse(String text) {
        if (!text.startsWith("{")) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Answer.of(CLIENT.send(request.build(), BodyHandlers.ofString()));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    Answer inWorkspace(String below) throws IOException, InterruptedException {
        return get(base + below);
    }

    Answer delete(String id) throws IOException, InterruptedException {
        return send(request(base + "/" + id).DELETE());
    }

    String path(String below) {
        return base + below;
    }

    HttpRequest.Builder postRequest(String below, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(base + below).POST(BodyPublishers.ofString(body));
        if (!headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return request;
    }

    Answer post(String below, String body, Map<String, String> headers) throws IOException, InterruptedException {
        return send(postRequest(below, body, headers));
    }

    Environment provision(String body) throws IOException, InterruptedException {
        Answer answer = post("", body, Map.of());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(201);
        return new Environment(answer.body().getString("id"), answer.body().getString("execute_token"), answer.body());
    }

    Environment provision() throws IOException, InterruptedException {
        return provision("{\"task_ref\":\"shell\"}");
    }

    static String body(String command, Map<String, Object> more) {
        JsonObjectBuilder body = Json.createObjectBuilder().add("command", command);
        more.forEach((name, value) -> {
            if (value instanceof Integer number) {
                body.add(name, number);
            } else {
                body.add(name, value.toString());
            }
        });
        return body.build().toString();
    }

    Answer execute(Environment environment, String command, Map<String, Object> more)
            throws IOException, InterruptedException {
        return post(
                "/" + environment.id() + "/execute",
                body(command, more),
                Map.of("X-Environment-Token", "Bearer " + environment.token()));
    }

    /** Runs a command that must be answered with a result, and returns its output. */
    String output(Environment environment, String command) throws IOException, InterruptedException {
        Answer answer = execute(environment, command, Map.of());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.body().getString("output");
    }

    Answer execution(Environment environment, String id) throws IOException, InterruptedException {
        return inWorkspace("/" + environment.id() + "/executions/" + id);
    }
}
