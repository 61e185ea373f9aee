package dev.sandlot.cli;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in an environment, followed to its end over as many connections as that takes. It is begun once: a
 * request that may have been lost is sent again under the same key, and once the execution is known only its events are
 * asked for, from the last that was seen on.
 */
final class RemoteCommand {
    private static final int TIMED_OUT = 124;
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int DOUBLINGS = 4;

    private final Api api;
    private final Target target;
    private final JsonObject body;
    private final Duration patience;
    private final String key = UUID.randomUUID().toString();
    private final CompletableFuture<String> begun = new CompletableFuture<>();
    private final CompletableFuture<JsonObject> ended = new CompletableFuture<>();
    private @Nullable String last;

    /** Where it runs. */
    record Target(UUID environment, String token) {
        /** The header that a command's own requests have. */
        Map<String, String> headers() {
            return Map.of("X-Environment-Token", token);
        }
    }

    /** Takes events as they come. */
    @FunctionalInterface
    interface Sink {
        void take(ServerEvent event) throws IOException;
    }

    /** {@code patience}: for how long a connection is tried for when one is broken. */
    RemoteCommand(Api api, Target target, JsonObject body, Duration patience) {
        this.api = api;
        this.target = target;
        this.body = body;
        this.patience = patience;
    }

    /** Completes with the execution's id when that is known, or fails when there never will be one. */
    CompletableFuture<String> begun() {
        return begun;
    }

    /** Follows it to its end; returns the exit code. Throws {@link Failure} when that is not to be known. */
    int follow(Sink sink) throws InterruptedException {
        long heard = System.nanoTime();
        int vain = 0;
        while (true) {
            try {
                return attempt(sink);
            } catch (Progress progress) {
                heard = System.nanoTime();
                vain = 0;
            } catch (IOException broken) {
                if (System.nanoTime() - heard > patience.toNanos()) {
                    throw lost(Failure.unreachable(api.profile().server().toString(), broken));
                }
            } catch (Refusal refused) {
                if (!refused.passes() || System.nanoTime() - heard > patience.toNanos()) {
                    throw lost(refused.toFailure());
                }
            }
            Thread.sleep(PAUSE.toMillis() << Math.min(vain++, DOUBLINGS));
        }
    }

    private Failure lost(Failure why) {
        begun.completeExceptionally(why);
        ended.completeExceptionally(why);
        return why;
    }

    /** A connection broke after something had come. */
    private static final class Progress extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private int attempt(Sink sink) throws IOException, InterruptedException, Progress {
        boolean heard = false;
        try (EventConnection connection = new EventConnection(api.client(), request(), SILENCE)) {
            String id = connection.begin();
            heard = true;
            if (id != null) {
                begun.complete(id);
            }
            while (true) {
                ServerEvent event = connection.read();
                sink.take(event);
                last = event.id() == null ? last : event.id();
                Optional<Integer> end = end(event);
                if (end.isPresent()) {
                    return end.get();
                }
            }
        } catch (IOException broken) {
            if (heard) {
                throw new Progress();
            }
            throw broken;
        }
    }

    private HttpRequest request() {
        String execution = begun.getNow("");
        if (execution.isEmpty()) {
            return events(api.request(api.profile().environments("/" + target.environment() + "/execute"))
                    .header("Content-Type", "application/json")
                    .header("X-Environment-Token", target.token())
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString(body.toString())));
        }
        HttpRequest.Builder request = api.request(
                api.profile().environments("/" + target.environment() + "/executions/" + execution + "/output"));
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        return events(request);
    }

    /** Such an answer takes as long as the command. */
    private static HttpRequest events(HttpRequest.Builder request) {
        return request.header("Accept", "text/event-stream")
                .timeout(Duration.ofDays(365))
                .build();
    }

    private Optional<Integer> end(ServerEvent event) {
        if (event.name().equals("error")) {
            JsonObject envelope = Api.parse(event.data()).asJsonObject();
            throw lost(Failure.refusal(envelope.getInt("code"), envelope.getString("detail")));
        }
        if (!event.name().equals("result")) {
            return Optional.empty();
        }
        JsonObject record = Api.parse(event.data()).asJsonObject();
        ended.complete(record);
        return Optional.of(record.getString("state").equals("timed_out") ? TIMED_OUT : record.getInt("exit_code"));
    }

    boolean isUnderWay() {
        return begun.isDone() && !begun.isCompletedExceptionally() && !ended.isDone();
    }

    /** Kills it with its tree, where it is known to run. */
    void kill(Duration most) {
        if (isUnderWay()) {
            api.delete(
                    api.profile().environments("/" + target.environment() + "/executions/" + begun.join()),
                    target.headers(),
                    most);
        }
    }
}
