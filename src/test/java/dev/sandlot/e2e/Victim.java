package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A tenant that means no harm: what it does all day, step by step. Whatever goes wrong with a step is thrown. */
final class Victim {
    /** Whatever takes longer has failed. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final String TASKS = "/api/v1/org/acme/tasks/";
    private static final String ANSWERING = """
            #!/bin/sh
            while read -r line; do [ ${#line} -gt 1 ] || break; done
            printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok'
            """;

    private final Api api;
    private final RegistryServer registry;
    private final OciImage image;
    private final Environment home;
    private final AtomicInteger images = new AtomicInteger();

    private Victim(Api api, RegistryServer registry, OciImage image, Environment home) {
        this.api = api;
        this.registry = registry;
        this.image = image;
        this.home = home;
    }

    /** What it does, each a column of the table. */
    enum Lane {
        EXECUTE,
        PROVISION,
        READ,
        SERVICE,
        EVENTS,
        PULL
    }

    /** It makes what it keeps: an environment with a service, and an image in its registry. */
    static Victim moveIn(Api api, RegistryServer registry) throws Exception {
        var script = Json.createObjectBuilder().add("content", ANSWERING).add("mode", "0755");
        var service = Json.createObjectBuilder()
                .add("command", "exec busybox nc -ll -p 8000 -e /opt/answer")
                .add("port", 8000);
        publish(
                api,
                "home/1.0.0",
                Json.createObjectBuilder()
                        .add("services", Json.createObjectBuilder().add("web", service))
                        .add("files", Json.createObjectBuilder().add("/opt/answer", script))
                        .build());
        OciImage image = OciImage.of(Json.createObjectBuilder(), OciImage.tools());
        for (byte[] blob : image.blobs()) {
            registry.pushBlob("victim", blob);
        }
        Environment home = api.provision("{\"task_ref\":\"home\",\"timeout_sec\":86400}");
        return new Victim(api, registry, image, home);
    }

    private static void publish(Api api, String path, JsonObject members) throws Exception {
        String body = Json.createObjectBuilder(members)
                .add("instruction", "Live")
                .add("verification", Json.createObjectBuilder())
                .build()
                .toString();
        require(
                201,
                api.request(TASKS + path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body)));
    }

    /** Does it once; returns the nanoseconds that it took. */
    long perform(Lane lane) throws Exception {
        return switch (lane) {
            case EXECUTE -> execute();
            case PROVISION -> provision();
            case READ -> read();
            case SERVICE -> askService();
            case EVENTS -> follow();
            case PULL -> pull();
        };
    }

    /** It is served without delay. */
    boolean isWell() {
        try {
            long most = TimeUnit.SECONDS.toNanos(1);
            return perform(Lane.EXECUTE) < most && perform(Lane.PROVISION) < most && perform(Lane.READ) < most;
        } catch (Exception | AssertionError ill) {
            return false;
        }
    }

    boolean moveOut() throws InterruptedException {
        return Eviction.of(api);
    }

    private static HttpResponse<String> require(int status, HttpRequest.Builder request) throws Exception {
        CompletableFuture<HttpResponse<String>> asked = Api.CLIENT.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            HttpResponse<String> answer = asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return answer;
        } catch (TimeoutException late) {
            asked.cancel(true);
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", late);
        } catch (ExecutionException broken) {
            throw new IOException("no answer: " + broken.getCause(), broken);
        }
    }

    private String path(String below) {
        return api.path("/" + home.id() + below);
    }

    private HttpRequest.Builder command(String text) {
        return api.request(path("/execute"))
                .header("Content-Type", "application/json")
                .header("X-Environment-Token", home.token())
                .POST(BodyPublishers.ofString(Api.body(text, Map.of())));
    }

    private long execute() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> answer = require(200, command("true"));
        long took = System.nanoTime() - start;
        assertThat(answer.body()).isEqualTo("{\"exit_code\":0,\"output\":\"\"}");
        return took;
    }

    private long provision() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> answer = require(201, api.postRequest("", "{\"task_ref\":\"shell\"}", Map.of()));
        long took = System.nanoTime() - start;
        delete(answer);
        return took;
    }

    private void delete(HttpResponse<String> made) throws Exception {
        require(204, api.request(api.path("/" + id(made))).DELETE());
    }

    private static String id(HttpResponse<String> made) {
        return Answer.of(made).body().getString("id");
    }

    private long read() throws Exception {
        long start = System.nanoTime();
        require(200, api.request(path("/executions?limit=1")));
        return System.nanoTime() - start;
    }

    private long askService() throws Exception {
        URI url = URI.create(
                home.body().getJsonObject("service_urls").getJsonObject("web").getString("url"));
        long start = System.nanoTime();
        require(200, HttpRequest.newBuilder(url).header("Authorization", "Bearer " + home.token()));
        return System.nanoTime() - start;
    }

    private long follow() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> events = require(200, command("echo hi").header("Accept", "text/event-stream"));
        long took = System.nanoTime() - start;
        assertThat(events.body()).contains("event: result");
        return took;
    }

    /** From a tag that the server does not know yet, to a ready environment. */
    private long pull() throws Exception {
        int number = images.incrementAndGet();
        registry.pushManifest("victim", "t" + number, image.manifest(), OciImage.MANIFEST);
        publish(
                api,
                "pulled/1.0." + number,
                Json.createObjectBuilder()
                        .add("image", registry.name() + "/victim:t" + number)
                        .build());
        long start = System.nanoTime();
        String body = "{\"task_ref\":\"pulled@1.0." + number + "\"}";
        HttpResponse<String> made = require(201, api.postRequest("", body, Map.of()));
        awaitReady(id(made));
        long took = System.nanoTime() - start;
        delete(made);
        return took;
    }

    private void awaitReady(String id) throws Exception {
        Span patience = new Span(PATIENCE);
        String state;
        do {
            patience.pause(POLL);
            assertThat(patience.isOver()).as("an image is still pulled").isFalse();
            state = Answer.of(require(200, api.request(api.path("/" + id + "/status"))))
                    .body()
                    .getString("state");
        } while (state.equals("building") || state.equals("provisioning"));
        assertThat(state).isEqualTo("ready");
    }
}
