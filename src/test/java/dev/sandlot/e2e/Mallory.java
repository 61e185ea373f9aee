package dev.sandlot.e2e;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A hostile tenant: one organization, a few workspaces. It counts what it is answered and minds no refusal. When it
 * leaves, nothing of what it has made is left.
 */
final class Mallory {
    static final String ORG = "mallory";
    /** In place of a status where there was no answer. */
    private static final int BROKEN = 0;

    private static final int WORKSPACES = 4;
    private static final int HANDS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** A suite that is broken off does not leave its attacks to the host for long. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final Duration SETTLING_MAX = Duration.ofMinutes(1);

    private final URI server;
    private final String token;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(threads)
            .build();
    private final Map<Integer, AtomicInteger> answers = new ConcurrentSkipListMap<>();
    private final Queue<CompletableFuture<?>> begun = new ConcurrentLinkedQueue<>();
    private final Queue<Foothold> footholds = new ConcurrentLinkedQueue<>();

    Mallory(URI server, String token) {
        this.server = server;
        this.token = token;
    }

    /** An environment of this tenant, and the workspace that it is in. */
    record Foothold(Api api, Environment environment) {
        /** A POST of an execute. */
        HttpRequest.Builder command(String text) {
            return post(Api.body(text, Map.of("timeout_sec", 600)));
        }

        HttpRequest.Builder post(String body) {
            return api.postRequest(
                    "/" + environment.id() + "/execute", body, Map.of("X-Environment-Token", environment.token()));
        }

        String path(String below) {
            return api.path("/" + environment.id() + below);
        }
    }

    /** One of many requests. */
    interface Shot {
        HttpRequest.Builder aim(int number);
    }

    Api workspace(int number) {
        return new Api(server, token, ORG, "w" + number % WORKSPACES);
    }

    URI server() {
        return server;
    }

    List<Foothold> footholds() {
        return List.copyOf(footholds);
    }

    /** The answer, if one comes in time. */
    Optional<Answer> ask(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            count(answer.statusCode());
            return Optional.of(Answer.of(answer));
        } catch (IOException broken) {
            count(BROKEN);
            return Optional.empty();
        }
    }

    private void count(int status) {
        answers.computeIfAbsent(status, first -> new AtomicInteger()).incrementAndGet();
    }

    /** Sends it, and waits for nothing; tells whether it has been answered. */
    BooleanSupplier begin(HttpRequest.Builder request) {
        CompletableFuture<?> answer = client.sendAsync(request.build(), BodyHandlers.discarding())
                .handle((got, failure) -> got == null ? BROKEN : got.statusCode())
                .thenAccept(this::count);
        begun.add(answer);
        return answer::isDone;
    }

    /** Publishes a version; what it is named and says is enough for a task that has nothing else. */
    void publish(String name, String version, JsonObjectBuilder members) throws InterruptedException {
        String definition = Json.createObjectBuilder()
                .add("instruction", "Stay")
                .add("verification", Json.createObjectBuilder())
                .addAll(members)
                .build()
                .toString();
        ask(workspace(0)
                .request("/api/v1/org/" + ORG + "/tasks/" + name + "/" + version)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition)));
    }

    HttpRequest.Builder provision(int workspace, String task) {
        String body = "{\"task_ref\":\"" + task + "\",\"timeout_sec\":" + LIFETIME.toSeconds() + "}";
        return workspace(workspace).postRequest("", body, Map.of());
    }

    /** Makes so many environments, as far as they are granted. */
    void settle(int count, String task) throws Exception {
        together(HANDS, new Span(SETTLING_MAX), count, number -> settleOne(number, task));
    }

    private void settleOne(int number, String task) throws InterruptedException {
        Api api = workspace(number);
        ask(provision(number, task)).filter(answer -> answer.status() == 201).ifPresent(answer -> {
            String id = answer.body().getString("id");
            String secret = answer.body().getString("execute_token");
            footholds.add(new Foothold(api, new Environment(id, secret, answer.body())));
        });
    }

    /** Something that is done again and again. */
    interface Turn {
        void take(int number) throws Exception;
    }

    /** Takes turns with so many hands until the span is over, or {@code most} are taken. */
    void together(int hands, Span span, int most, Turn turn) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> loops = new ArrayList<>();
        for (int i = 0; i < hands; i++) {
            loops.add(threads.submit(() -> {
                for (int number = next.getAndIncrement();
                        number < most && !span.isOver();
                        number = next.getAndIncrement()) {
                    turn.take(number);
                }
                return null;
            }));
        }
        for (Future<?> loop : loops) {
            loop.get();
        }
    }

    /** Sends requests with so many hands, each after the answer to the one before. */
    void shoot(int hands, Span span, int most, Shot shot) throws Exception {
        together(hands, span, most, number -> ask(shot.aim(number)));
    }

    Wires wires() {
        return new Wires(server);
    }

    /** A request without a body, as text; each of the headers ends with CRLF. */
    String text(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nAuthorization: Bearer " + token
                + "\r\n" + headers + "\r\n";
    }

    /** How many answers of which status; 0 for none. */
    String answers() {
        return answers.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** What is still to be made is deleted as soon as it can be seen; false when something stays. */
    boolean leave() throws Exception {
        try {
            boolean gone = evictAll();
            awaitBegun();
            return gone && evictAll();
        } finally {
            threads.shutdown();
        }
    }

    private boolean evictAll() throws InterruptedException {
        boolean gone = true;
        for (int i = 0; i < WORKSPACES; i++) {
            gone &= Eviction.of(workspace(i));
        }
        return gone;
    }

    private void awaitBegun() throws Exception {
        try {
            CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException forgotten) {
            begun.forEach(one -> one.cancel(true));
        }
    }
}
