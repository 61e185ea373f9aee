package dev.sandlot.answers;

import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.environment.Environment;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.http.Envelopes;
import dev.sandlot.http.Json;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import dev.sandlot.output.LiveOutput.Watch;
import dev.sandlot.output.OutputReader;
import dev.sandlot.output.OutputReader.Piece;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletRequest;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * Executions as server-sent events: the output as it comes, and then exactly one last event. Each stream is written by a
 * thread of its own that reads what is kept of the output at its client's pace: a slow client holds up nobody and costs
 * one piece of memory; one that takes too little is cut off.
 */
@Singleton
class ExecutionEvents implements Measured {
    /** The media type of server-sent events. */
    static final String MEDIA_TYPE = "text/event-stream";

    private static final Duration QUIET_MAX = Duration.ofSeconds(8);

    private final ExecutionViews views;
    private final Workers workers;
    private final Budget places;

    @Inject
    ExecutionEvents(ExecutionViews views, Workers workers, AnswersConfig config) {
        this.views = views;
        this.workers = workers;
        this.places = new Budget(
                "clients that follow executions",
                "poll, or try again",
                new Bounds(config.streamsPerEnvironment(), Bounds.NONE, Bounds.NONE, config.streams()));
    }

    /** The data of an {@code output} event. */
    public record OutputEvent(String stream, String data, long offset) {
        /** Who writes it as JSON keeps it in a set meanwhile: its text is not to be read once more for that. */
        @Override
        public int hashCode() {
            return Long.hashCode(offset);
        }
    }

    /** The streams that an execution's events tell apart. */
    static List<OutputStreamKind> streamsOf(boolean split) {
        return split ? List.of(OutputStreamKind.STDOUT, OutputStreamKind.STDERR) : List.of(OutputStreamKind.OUTPUT);
    }

    @Override
    public void measure(Readings readings) {
        Metrics.share(readings, "streams", places.inUse(), places.bound());
    }

    /** The place of one that follows; throws RATE_LIMITED when as many do as may. It ends with the request at the latest. */
    Share takePlace(ServletRequest request, Environment environment) {
        Share place = places.take(environment.tenant(), 1);
        Exchange.hold(request, place);
        return place;
    }

    /** The answer, which ends after the execution. {@code timeoutIsResult}: else a timeout's last event is an error. */
    CompletionStage<Response.ResponseBuilder> answer(
            ExecutionProgress execution, EventId from, boolean timeoutIsResult, Share place) {
        StreamingOutput body = out -> {
            try {
                write(execution, from, timeoutIsResult, out);
            } finally {
                place.close();
            }
        };
        return CompletableFuture.supplyAsync(
                () -> Response.ok(body, MEDIA_TYPE).header("Cache-Control", "no-store"), Exchange.afterReturn(workers));
    }

    private void write(ExecutionProgress execution, EventId from, boolean timeoutIsResult, OutputStream out)
            throws IOException {
        EventStream events = EventStream.open(out);
        try {
            events.comment();
            follow(execution, readers(execution, from), events);
            events.event("result", null, result(execution, timeoutIsResult));
        } catch (IOException clientIsGone) {
            throw clientIsGone;
        } catch (RuntimeException failure) {
            events.event("error", null, Envelopes.text(Envelopes.told(failure)));
        }
    }

    private static List<OutputReader> readers(ExecutionProgress execution, EventId from) {
        List<OutputStreamKind> kinds = streamsOf(execution.record().split());
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> new OutputReader(
                        kinds.get(i),
                        execution.output(kinds.get(i)),
                        from.offsets().get(i)))
                .toList();
    }

    /** Returns when the execution has ended and all of its output is written. */
    private void follow(ExecutionProgress execution, List<OutputReader> readers, EventStream events)
            throws IOException {
        if (execution.live().isEmpty()) {
            drain(readers, true, events);
            return;
        }
        try (Watch watch = execution.live().get().watch()) {
            while (true) {
                boolean ended = execution.ended().isDone();
                drain(readers, ended, events);
                if (ended) {
                    return;
                }
                if (!watch.await(QUIET_MAX)) {
                    events.comment();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("the server stops", stopped);
        }
    }

    private static void drain(List<OutputReader> readers, boolean last, EventStream events) throws IOException {
        for (OutputReader reader : readers) {
            for (Optional<Piece> piece = next(reader, last); piece.isPresent(); piece = next(reader, last)) {
                Piece some = piece.get();
                EventId next =
                        new EventId(readers.stream().map(OutputReader::position).toList());
                events.event(
                        "output", next, Json.write(new OutputEvent(some.stream().word(), some.text(), some.offset())));
            }
        }
    }

    /** What fails here is ours, not the client's connection. */
    private static Optional<Piece> next(OutputReader reader, boolean last) {
        try {
            return reader.next(last);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private String result(ExecutionProgress execution, boolean timeoutIsResult) {
        Execution end = execution.ended().join();
        views.exitCode(end, timeoutIsResult);
        return Json.write(views.summary(end));
    }
}
