package dev.sandlot.cli;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** The server's answers, or {@link Failure} with its sentence. */
final class Api {
    private static final Duration PATIENCE = Duration.ofMinutes(11);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int BAD = 400;

    private final Profile profile;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    Api(Profile profile) {
        this.profile = profile;
    }

    Profile profile() {
        return profile;
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address)
                .header(profile.credential().getKey(), profile.credential().getValue())
                .header("User-Agent", "sandlot-cli/1")
                .timeout(PATIENCE);
    }

    JsonStructure get(URI address) {
        return send(request(address));
    }

    JsonStructure send(String method, URI address, JsonObject body, Map<String, String> headers) {
        HttpRequest.Builder request = request(address)
                .method(method, BodyPublishers.ofString(body.toString()))
                .header("Content-Type", "application/json");
        headers.forEach(request::header);
        return send(request);
    }

    void delete(URI address, Map<String, String> headers, Duration patience) {
        HttpRequest.Builder request = request(address).DELETE().timeout(patience);
        headers.forEach(request::header);
        send(request);
    }

    void post(URI address, BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request = request(address).POST(body).header("Content-Type", "application/octet-stream");
        headers.forEach(request::header);
        send(request);
    }

    private JsonStructure send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() >= BAD) {
                throw Failure.refusal(answer.statusCode(), detail(answer.statusCode(), answer.body()));
            }
            return parse(answer.body());
        } catch (IOException broken) {
            throw Failure.unreachable(profile.server().toString(), broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "interrupted");
        }
    }

    /** The sentence of an error; what stands between may answer in its own way. */
    static String detail(int status, String body) {
        try {
            return parse(body).asJsonObject().getString("detail");
        } catch (JsonException | ClassCastException | NullPointerException foreign) {
            return "The server answered " + status;
        }
    }

    static JsonStructure parse(String text) {
        if (text.isBlank()) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.read();
        }
    }
}
