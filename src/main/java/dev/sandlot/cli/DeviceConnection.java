package dev.sandlot.cli;

import dev.sandlot.cli.DeviceLogin.Answer;
import jakarta.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server, to somebody who has no secret of it yet. */
final class DeviceConnection implements DeviceLogin.Wire, DeviceLogin.Time {
    /** The server waits ten seconds for the identity provider. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api nobody;

    DeviceConnection(URI server) {
        this.nobody = new Api(new Profile(server, "-/-", ""));
    }

    @Override
    public Answer begin() throws IOException, InterruptedException {
        return post("/auth/device/code", BodyPublishers.noBody());
    }

    @Override
    public Answer take(String deviceCode) throws IOException, InterruptedException {
        String body = Json.createObjectBuilder()
                .add("device_code", deviceCode)
                .build()
                .toString();
        return post("/auth/device/token", BodyPublishers.ofString(body));
    }

    private Answer post(String path, BodyPublisher body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(nobody.profile().api(path))
                .header("User-Agent", "sandlot-cli/1")
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(body)
                .build();
        HttpResponse<String> answer = nobody.client().send(request, BodyHandlers.ofString());
        return new Answer(answer.statusCode(), retryAfter(answer), answer.body());
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(told -> told.matches("\\d{1,6}"))
                .map(told -> Duration.ofSeconds(Long.parseLong(told)));
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
