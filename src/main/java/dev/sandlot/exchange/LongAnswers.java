package dev.sandlot.exchange;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.FairLine;
import dev.sandlot.http.Json;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Answers that may be long: to make one takes time and memory, so tenants take turns. While it waits for its reader it is
 * bytes and nothing else, and holds up no other.
 */
@Singleton
public class LongAnswers {
    private static final int AT_ONCE = 4;
    private static final int WAITING_PER_WORKSPACE = 256;

    private final FairLine line;
    private final Workers workers;

    @Inject
    public LongAnswers(Workers workers) {
        this.line = new FairLine("long answers are being made", AT_ONCE, WAITING_PER_WORKSPACE, workers::execute);
        this.workers = workers;
    }

    /** 200 with that as JSON, when its turn has come; fails as {@code entity} does. */
    public CompletionStage<Response> json(WorkspaceId workspace, Supplier<?> entity) {
        // Its place in the line is for the making alone: another worker sends it.
        return line.submit(workspace, () -> bytes(entity))
                .thenApplyAsync(LongAnswers::answer, Exchange.afterReturn(workers));
    }

    /** What is to be a part of an answer, made when its turn has come. */
    public CompletionStage<String> text(WorkspaceId workspace, Supplier<?> entity) {
        return line.submit(workspace, () -> Json.write(entity.get()))
                .thenApplyAsync(text -> text, Exchange.afterReturn(workers));
    }

    /** 200 with that as JSON at once, and in nobody's place: for what is bounded by whoever asks for it. */
    public CompletionStage<Response> jsonAside(Supplier<?> entity) {
        return CompletableFuture.supplyAsync(() -> answer(bytes(entity)), Exchange.afterReturn(workers));
    }

    /** 200 with what is written bit by bit, by a worker that may wait for its reader. */
    public CompletionStage<Response> stream(String mediaType, StreamingOutput output) {
        Response answer = Response.ok(output, mediaType).build();
        return CompletableFuture.supplyAsync(() -> answer, Exchange.afterReturn(workers));
    }

    private static byte[] bytes(Supplier<?> entity) {
        return Json.write(entity.get()).getBytes(StandardCharsets.UTF_8);
    }

    private static Response answer(byte[] bytes) {
        return Response.ok((StreamingOutput) out -> out.write(bytes), MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CONTENT_LENGTH, bytes.length)
                .build();
    }
}
