package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the documented API's own client sends, and what it needs to find, written from the read behaviour: one key in
 * each request, 30 s for an answer, no retries, and of an error its {@code detail} alone.
 */
final class ClientWire {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final URI server;
    private final String key;

    ClientWire(URI server, String key) {
        this.server = server;
        this.key = key;
    }

    /** What the client makes of an answer that is no success. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refusal(int status, String detail) {
            super(detail);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    JsonStructure get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    JsonStructure post(String path, JsonValue body, Map<String, String> more) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString()));
        more.forEach(request::header);
        return send(request);
    }

    void delete(String path) throws IOException, InterruptedException {
        send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + "/api/v1" + path))
                .timeout(READ_TIMEOUT)
                .header("User-Agent", "dreadnode-sdk/2.0.1.dev3+gabc")
                .header("Accept", "application/json")
                .header("Accept-Encoding", "gzip, deflate")
                .header("X-API-Key", key);
    }

    private JsonStructure send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new Refusal(
                    answer.statusCode(), parse(answer.body()).asJsonObject().getString("detail"));
        }
        assertThat(answer.statusCode()).isBetween(200, 299);
        return answer.body().isEmpty() ? JsonValue.EMPTY_JSON_OBJECT : parse(answer.body());
    }

    private static JsonStructure parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.read();
        }
    }

    /** A model with members that must be there, and be no null. */
    static JsonObject strict(JsonValue value, String... members) {
        JsonObject object = value.asJsonObject();
        for (String member : members) {
            assertThat(object.get(member)).as(member).isNotNull().isNotEqualTo(JsonValue.NULL);
        }
        return object;
    }

    static JsonObject user(JsonValue value) {
        return strict(value, "id", "email_address", "username");
    }

    static JsonObject organization(JsonValue value) {
        JsonObject organization = strict(
                value,
                "id",
                "name",
                "key",
                "max_sandbox_runtime_source_level",
                "default_sandbox_runtime_source_level",
                "created_at",
                "updated_at");
        List.of(
                        "effective_max_sandbox_runtime_seconds",
                        "effective_default_sandbox_runtime_seconds",
                        "platform_max_sandbox_runtime_seconds",
                        "platform_default_sandbox_runtime_seconds")
                .forEach(member -> assertThat(organization.getJsonNumber(member).isIntegral())
                        .isTrue());
        return organization;
    }

    static JsonObject workspace(JsonValue value) {
        return strict(value, "id", "name", "key", "org_id", "is_default", "created_at", "updated_at");
    }
}
