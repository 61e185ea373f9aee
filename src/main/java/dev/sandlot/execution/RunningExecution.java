package dev.sandlot.execution;

import dev.sandlot.budget.Share;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.log.Request;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An execution from its admission to its stored end. */
final class RunningExecution implements ExecutionProgress {
    private final SandboxId sandbox;
    private final ExecSpec spec;
    private final LiveOutput output;
    private final Share permit;
    private final @Nullable Request request;
    private final CompletableFuture<Execution> ended = new CompletableFuture<>();
    private volatile Execution record;
    private final AtomicBoolean killing = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile @Nullable Execution unstored;

    RunningExecution(
            Execution record,
            SandboxId sandbox,
            ExecSpec spec,
            LiveOutput output,
            Share permit,
            @Nullable Request request) {
        this.record = record;
        this.sandbox = sandbox;
        this.spec = spec.withCancelled(cancelled::get);
        this.output = output;
        this.permit = permit;
        this.request = request;
    }

    @Override
    public Execution record() {
        return record;
    }

    ExecId id() {
        return spec.id();
    }

    /** Whether it may take longer than one whose only answer is waited for. */
    boolean isLong() {
        return spec.timeout().toSeconds() > ExecuteRequest.TIMEOUT_MAX;
    }

    SandboxId sandbox() {
        return sandbox;
    }

    ExecSpec spec() {
        return spec;
    }

    LiveOutput output() {
        return output;
    }

    /** The request that it began for. */
    @Nullable
    Request request() {
        return request;
    }

    @Override
    public KeptOutput output(OutputStreamKind stream) {
        return output.of(stream);
    }

    @Override
    public Optional<LiveOutput> live() {
        return Optional.of(output);
    }

    @Override
    public CompletableFuture<Execution> ended() {
        return ended;
    }

    /** False while another one writes to its input: two at once would be mixed. */
    boolean beginWriting() {
        return writing.compareAndSet(false, true);
    }

    void endWriting() {
        writing.set(false);
    }

    /** False when somebody is about to kill it already. */
    boolean beginKilling() {
        return killing.compareAndSet(false, true);
    }

    void endKilling() {
        killing.set(false);
    }

    /** From now on it does not begin any more, where it has not. */
    void cancel() {
        cancelled.set(true);
    }

    /** The record as it is from now on. */
    Execution start(Instant now) {
        Execution started = record.started(now);
        record = started;
        return started;
    }

    /** How long it may still take, of its timeout. */
    Duration left(Instant now) {
        Instant since = record.startedAt() == null ? record.queuedAt() : record.startedAt();
        Duration left = spec.timeout().minus(Duration.between(since, now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Everything is stored: whoever waits is told, and the places are free again. */
    void complete(Execution end) {
        record = end;
        permit.close();
        ended.complete(end);
        output.wake();
    }

    /** The end, where it could not be stored yet. */
    Optional<Execution> unstored() {
        return Optional.ofNullable(unstored);
    }

    /** Keeps an end that could not be stored, until it is; whoever waits is told so. */
    void keep(Execution end, Throwable why) {
        unstored = end;
        fail(why);
    }

    /** The server stops: whoever waits is told. What runs in the sandbox runs on, and the next server comes back to it. */
    void leave() {
        fail(new ApiException(
                ErrorType.BAD_GATEWAY, "The server stops; the command runs on, and its record will tell of its end"));
    }

    /** Tells whoever waits that they wait in vain. */
    void fail(Throwable failure) {
        permit.close();
        ended.completeExceptionally(failure);
        output.wake();
    }
}
