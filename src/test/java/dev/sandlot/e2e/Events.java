package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client of server-sent events. */
final class Events implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    private Events(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** One event. */
    record Event(String name, String id, JsonObject data) {
        String text() {
            return data.getString("data");
        }

        String stream() {
            return data.getString("stream");
        }
    }

    static Events open(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest streaming = request.setHeader("Accept", "text/event-stream").build();
        HttpResponse<InputStream> response = Api.CLIENT.send(streaming, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        return new Events(response);
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The next event; empty behind the last. */
    Optional<Event> next() throws IOException {
        String name = "";
        String id = "";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !name.isEmpty()) {
                return Optional.of(new Event(name, id, Api.parse(data)));
            }
        }
        return Optional.empty();
    }

    /** All that follow, to the last. */
    List<Event> rest() throws IOException {
        List<Event> rest = new ArrayList<>();
        for (Optional<Event> event = next(); event.isPresent(); event = next()) {
            rest.add(event.get());
        }
        return rest;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
