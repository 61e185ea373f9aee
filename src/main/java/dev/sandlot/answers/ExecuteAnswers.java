package dev.sandlot.answers;

import dev.sandlot.answers.AnswersConfig.Manner;
import dev.sandlot.budget.Share;
import dev.sandlot.errors.ApiException;
import dev.sandlot.exchange.Exchange;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.http.AnswerBody;
import dev.sandlot.http.Envelopes;
import dev.sandlot.http.Json;
import dev.sandlot.log.Request;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The ways in which an execute is answered: once at its end, at once and to be polled, as events, or kept alive. */
@Singleton
class ExecuteAnswers {
    private static final String ID_HEADER = "X-Execution-Id";
    private static final String LINK_HEADER = "Link";
    private static final String CUT_HEADER = "X-Output-Truncated";

    private final ExecutionViews views;
    private final ExecutionEvents events;
    private final Workers workers;

    @Inject
    ExecuteAnswers(ExecutionViews views, ExecutionEvents events, Workers workers) {
        this.views = views;
        this.events = events;
        this.workers = workers;
    }

    /**
     * How a client wants its answer.
     *
     * @param stream the place of one who wants server-sent events
     * @param timeoutIsResult a timeout is answered as a result (124), not as an error
     * @param manner what is done for that client
     */
    record Style(Optional<Share> stream, Preference preference, boolean timeoutIsResult, Manner manner) {
        /** The client hears of the execution before it has ended. */
        boolean isToldEarly() {
            return stream.isPresent() || preference.async();
        }
    }

    /** {@code uri}: of the execution's record. */
    CompletionStage<Response> answer(ExecutionProgress execution, URI uri, Style style) {
        if (style.stream().isPresent()) {
            EventId start = EventId.start(
                    ExecutionEvents.streamsOf(execution.record().split()).size());
            return events.answer(
                            execution,
                            start,
                            style.timeoutIsResult(),
                            style.stream().get())
                    .thenApply(answer -> withPlace(answer, execution, uri).build());
        }
        if (style.preference().async()) {
            return endsWithin(execution, style.preference().patience().orElse(Duration.ZERO))
                    .thenComposeAsync(
                            ended -> ended
                                    ? whole(execution, uri, style.timeoutIsResult())
                                    : CompletableFuture.completedFuture(accepted(execution, uri)),
                            Exchange.afterReturn(workers));
        }
        return style.manner()
                .keepAlive()
                .map(pause -> keptAlive(execution, uri, style, pause))
                .orElseGet(() -> whole(execution, uri, style.timeoutIsResult()));
    }

    private static Response.ResponseBuilder withPlace(
            Response.ResponseBuilder answer, ExecutionProgress execution, URI uri) {
        return answer.header(ID_HEADER, execution.record().id()).header(LINK_HEADER, link(uri));
    }

    private static String link(URI uri) {
        return "<" + uri + ">; rel=\"execution\"";
    }

    /** Completes with true once it has ended, or with false after that time. */
    private static CompletionStage<Boolean> endsWithin(ExecutionProgress execution, Duration time) {
        return execution
                .ended()
                .thenApply(ended -> true)
                .completeOnTimeout(false, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletionStage<Response> whole(ExecutionProgress execution, URI uri, boolean timeoutIsResult) {
        String id = execution.record().id().toString();
        return Request.carry(execution.ended())
                .thenApply(end -> withPlace(Response.ok(views.result(execution, end, timeoutIsResult)), execution, uri)
                        .header(CUT_HEADER, ExecutionViews.isCut(end) ? true : null)
                        .build())
                .exceptionally(failure -> {
                    throw Envelopes.told(failure).withHeader(ID_HEADER, id).withHeader(LINK_HEADER, link(uri));
                });
    }

    /** 202 with the record as it stands; the rest is for polling. */
    private Response accepted(ExecutionProgress execution, URI uri) {
        return withPlace(Response.accepted(views.summary(execution.record())), execution, uri)
                .header("Location", uri.toString())
                .header("Preference-Applied", "respond-async")
                .build();
    }

    /**
     * White space goes out for as long as the command runs. The status is out with the first of it, so it is 200, and a
     * failure shows in the body alone.
     */
    private CompletionStage<Response> keptAlive(ExecutionProgress execution, URI uri, Style style, Duration pause) {
        return endsWithin(execution, pause)
                .thenComposeAsync(
                        ended -> {
                            if (ended) {
                                return whole(execution, uri, style.timeoutIsResult());
                            }
                            StreamingOutput body = out -> writeKeptAlive(execution, style, pause, out);
                            return CompletableFuture.completedFuture(
                                    withPlace(Response.ok(body), execution, uri).build());
                        },
                        Exchange.afterReturn(workers));
    }

    private void writeKeptAlive(ExecutionProgress execution, Style style, Duration pause, OutputStream out)
            throws IOException {
        AnswerBody.begin(out);
        do {
            out.write(' ');
            out.flush();
        } while (!hasEndedAfter(execution, pause));
        out.write(lastOf(execution, style).getBytes(StandardCharsets.UTF_8));
    }

    private String lastOf(ExecutionProgress execution, Style style) {
        try {
            return Json.write(views.result(execution, execution.ended().join(), style.timeoutIsResult()));
        } catch (RuntimeException failure) {
            ApiException told = Envelopes.told(failure);
            return style.manner().onlyResults()
                    ? Json.write(views.resultOfFailure(execution, told))
                    : Envelopes.text(told);
        }
    }

    private static boolean hasEndedAfter(ExecutionProgress execution, Duration pause) throws IOException {
        try {
            execution.ended().handle((end, failure) -> true).get(pause.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException runsOn) {
            return false;
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException("an end that is not told of", impossible);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("the server stops", stopping);
        }
    }
}
