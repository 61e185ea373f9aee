package dev.sandlot.cli;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection over which events come. The server says something every ten seconds: when it has said nothing for longer
 * the connection is broken, whatever the network thinks of it.
 */
final class EventConnection implements AutoCloseable {
    private static final int OK = 200;
    private static final String EXECUTION_ID = "X-Execution-Id";

    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(4);
    private final Duration silence;
    private final Lines lines = new Lines();
    private final ServerEvent.Reader reader = new ServerEvent.Reader();
    private final CompletableFuture<HttpResponse<Object>> exchange;
    private final CompletableFuture<?> told;

    /** What comes of a connection: its head, lines, and an end. */
    private sealed interface Signal {
        record Head(int status, @Nullable String execution) implements Signal {}

        record Line(String text) implements Signal {}

        record End(Throwable why) implements Signal {}

        record Refused(int status, String body) implements Signal {}
    }

    /** {@code silence}: how long nothing may come. */
    EventConnection(HttpClient client, HttpRequest request, Duration silence) {
        this.silence = silence;
        this.exchange = client.sendAsync(request, this::take);
        this.told = exchange.whenComplete((answer, failure) -> {
            if (failure != null) {
                put(new Signal.End(failure));
            }
        });
    }

    private BodySubscriber<Object> take(HttpResponse.ResponseInfo head) {
        if (head.statusCode() != OK) {
            return BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), body -> {
                put(new Signal.Refused(head.statusCode(), body));
                return body;
            });
        }
        put(new Signal.Head(
                head.statusCode(), head.headers().firstValue(EXECUTION_ID).orElse(null)));
        return BodySubscribers.mapping(
                BodySubscribers.fromLineSubscriber(lines, same -> "", StandardCharsets.UTF_8, null), same -> same);
    }

    private void put(Signal signal) {
        // One line is asked for at a time, so there is room.
        signals.add(signal);
    }

    private final class Lines implements Flow.Subscriber<String> {
        private volatile Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(1);
        }

        @Override
        public void onNext(String line) {
            put(new Signal.Line(line));
        }

        @Override
        public void onError(Throwable why) {
            put(new Signal.End(why));
        }

        @Override
        public void onComplete() {
            put(new Signal.End(new IOException("the server closed the connection")));
        }

        void more() {
            Flow.Subscription known = subscription;
            if (known != null) {
                known.request(1);
            }
        }
    }

    /**
     * Waits for the head of the answer; returns the id of the execution that it names, if it does.
     *
     * @throws Failure what the server refused with
     * @throws IOException the connection is broken
     */
    @Nullable
    String begin() throws IOException, InterruptedException {
        Signal signal = next();
        if (signal instanceof Signal.Head head) {
            return head.execution();
        }
        throw broken(signal);
    }

    /** The next event; throws IOException when the connection breaks before there is one. */
    ServerEvent read() throws IOException, InterruptedException {
        while (true) {
            if (!(next() instanceof Signal.Line line)) {
                throw new IOException("the connection is broken");
            }
            ServerEvent event = reader.read(line.text());
            lines.more();
            if (event != null) {
                return event;
            }
        }
    }

    private Signal next() throws IOException, InterruptedException {
        Signal signal = signals.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (signal == null) {
            throw new IOException("nothing was heard for " + silence.toSeconds() + " s");
        }
        return signal;
    }

    private static IOException broken(Signal signal) {
        if (signal instanceof Signal.Refused refused) {
            throw Refusal.of(refused.status(), refused.body());
        }
        Throwable why = signal instanceof Signal.End end ? end.why() : new IOException("no answer");
        return why instanceof IOException io ? io : new IOException(why);
    }

    @Override
    public void close() {
        exchange.cancel(true);
        told.cancel(true);
    }
}
