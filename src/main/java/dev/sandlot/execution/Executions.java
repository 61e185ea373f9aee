package dev.sandlot.execution;

import dev.sandlot.environment.Environment;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.Paging;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.output.InlineOutput;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.OutputStore;
import dev.sandlot.records.Execution;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.records.JournalEntry;
import dev.sandlot.sandbox.OutputStreamKind;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What can be done with executions that have begun. */
@Singleton
public class Executions {
    private static final Logger LOG = ServerLog.of(Executions.class);
    /** A pipe holds so much. */
    private static final int INPUT_PIECE = 64 * 1024;
    /** What a pipe that has room takes at once; see pipe(7), PIPE_BUF. */
    private static final int INPUT_TRIED = 4096;

    private static final Duration INPUT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration BEGIN_PATIENCE = Duration.ofSeconds(2);
    private static final Duration INPUT_PAUSE = Duration.ofMillis(10);
    private static final int INPUT_DOUBLINGS = 5;

    private final ExecutionRepository repository;
    private final ExecutionJournal journal;
    private final RunningExecutions running;
    private final OutputStore outputs;
    private final ExecutionDispatcher dispatcher;
    private final ExecutionEnding ending;
    private final SandboxBackend backend;

    @Inject
    public Executions(
            ExecutionRepository repository,
            ExecutionJournal journal,
            RunningExecutions running,
            OutputStore outputs,
            ExecutionDispatcher dispatcher,
            ExecutionEnding ending,
            SandboxBackend backend) {
        this.backend = backend;
        this.repository = repository;
        this.journal = journal;
        this.running = running;
        this.outputs = outputs;
        this.dispatcher = dispatcher;
        this.ending = ending;
    }

    /** The environment's execution of that id, as it stands now; NOT_FOUND when there is none. */
    public Execution require(Environment environment, UUID id) {
        return find(environment, id).orElseThrow(() -> ApiException.notFound("execution"));
    }

    /** The environment's execution of that id, to be followed; NOT_FOUND when there is none. */
    public ExecutionProgress progress(Environment environment, UUID id) {
        Optional<RunningExecution> live = running.find(id)
                .filter(execution -> execution.record().environmentId().equals(environment.id()));
        return live.isPresent() ? live.get() : ended(environment, id);
    }

    private ExecutionProgress ended(Environment environment, UUID id) {
        Execution record = require(environment, id);
        return new EndedExecution(record, stream -> output(record, stream));
    }

    private Optional<Execution> find(Environment environment, UUID id) {
        return journal.find(id)
                .map(JournalEntry::execution)
                .filter(record -> record.environmentId().equals(environment.id()))
                .or(() -> repository.find(environment.id(), id));
    }

    /** The execution's output as far as it is kept, while it runs or after. */
    public KeptOutput output(Execution execution, OutputStreamKind stream) {
        Optional<RunningExecution> live = running.find(execution.id());
        if (live.isPresent()) {
            return live.get().output(stream);
        }
        byte[] bytes = journal.find(execution.id())
                .map(JournalEntry::inline)
                .orElseGet(() -> repository.inline(execution.id()))
                .get(stream);
        if (bytes != null) {
            return InlineOutput.of(bytes);
        }
        long total = repository
                .bytesGone(execution.id(), stream)
                .orElse(execution.ended().map(Execution.End::outputBytes).orElse(0L));
        try {
            return outputs.find(execution.environmentId(), execution.id(), stream, total);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** How much it has printed while it is under way in this server; 0 when it is not. */
    public long bytesSoFar(Execution execution) {
        return running.find(execution.id())
                .map(live -> live.output().merged().extent().total())
                .orElse(0L);
    }

    /** A page of the environment's, newest first. */
    public ExecutionRepository.Page list(Environment environment, Paging paging) {
        return repository.list(environment.id(), journal.of(environment.id()), paging.offset(), paging.limit());
    }

    /** Kills it with its tree if it is under way; completes when it has ended. */
    public CompletionStage<Execution> cancel(Execution execution) {
        return running.find(execution.id())
                .map(dispatcher::cancel)
                .orElseGet(() -> CompletableFuture.completedFuture(execution));
    }

    /**
     * Writes to the standard input of one that was begun with an open one: all of it, in 30 s at most, and for nobody
     * else meanwhile.
     *
     * @param end nothing more comes
     * @throws ApiException CONFLICT when it is not under way, its input is closed, it does not read, or another one writes
     */
    public void write(Execution execution, ByteBuffer bytes, boolean end) {
        RunningExecution live = requireLive(execution);
        if (!live.beginWriting()) {
            throw new ApiException(
                    ErrorType.CONFLICT, "Another request writes to its input; send this one when that is over");
        }
        try {
            write(live, bytes, end);
        } finally {
            live.endWriting();
        }
    }

    private void write(RunningExecution live, ByteBuffer bytes, boolean end) {
        ByteBuffer left = bytes.duplicate();
        long begun = System.nanoTime();
        int vain = 0;
        do {
            // Who does not read is asked ever less often, and with little.
            int most = vain == 0 ? INPUT_PIECE : INPUT_TRIED;
            ByteBuffer piece = left.slice(left.position(), Math.min(left.remaining(), most));
            boolean isLast = piece.remaining() == left.remaining();
            int taken = onceKnown(live, () -> backend.write(live.sandbox(), live.id(), piece, end && isLast))
                    .orElseThrow(() -> new ApiException(
                            ErrorType.CONFLICT, "The command has ended, or its standard input is closed"));
            left.position(left.position() + taken);
            vain = taken == 0 ? vain + 1 : 0;
            if (left.hasRemaining() && vain > 0 && !pauses(begun, INPUT_PATIENCE, vain)) {
                throw new ApiException(
                        ErrorType.CONFLICT,
                        "The command does not read; of the bytes it has taken "
                                + (bytes.remaining() - left.remaining()));
            }
        } while (left.hasRemaining());
    }

    /** Each time in vain twice as long, up to a bound; false when it has been waited for long enough. */
    private static boolean pauses(long begun, Duration patience, int vain) {
        if (System.nanoTime() - begun > patience.toNanos()) {
            return false;
        }
        LockSupport.parkNanos(INPUT_PAUSE.toNanos() << Math.min(vain, INPUT_DOUBLINGS));
        return !Thread.currentThread().isInterrupted();
    }

    /** What was begun a moment ago may not be known to its sandbox yet: it is asked again for a while. */
    private static OptionalInt onceKnown(RunningExecution live, Question question) {
        long begun = System.nanoTime();
        OptionalInt answer = ask(question);
        for (int vain = 1; answer.isEmpty() && !live.ended().isDone() && pauses(begun, BEGIN_PATIENCE, vain); vain++) {
            answer = ask(question);
        }
        return answer;
    }

    /** Sends it a signal, and those of its group; throws CONFLICT when it is not under way, or that can't be done. */
    public void signal(Execution execution, int number) {
        RunningExecution live = requireLive(execution);
        Question question =
                () -> backend.signal(live.sandbox(), live.id(), number) ? OptionalInt.of(number) : OptionalInt.empty();
        if (onceKnown(live, question).isEmpty()) {
            throw new ApiException(
                    ErrorType.CONFLICT, "The command has ended, or this server's sandboxes take no signals; kill it");
        }
    }

    private RunningExecution requireLive(Execution execution) {
        return running.find(execution.id())
                .orElseThrow(() -> new ApiException(ErrorType.CONFLICT, "The command has ended"));
    }

    /** What its sandbox did; empty where it could not. */
    private interface Question {
        OptionalInt ask() throws SandboxException;
    }

    private static OptionalInt ask(Question question) {
        try {
            return question.ask();
        } catch (SandboxException broken) {
            Failures.log(LOG, Level.FINE, broken, () -> "A command could not be reached");
            throw new ApiException(ErrorType.BAD_GATEWAY, "The sandbox runtime failed; try again");
        }
    }

    /** Brings to the database what waits for it. Called several times a second. */
    public void flush() {
        ending.storeKept();
        journal.flush();
    }
}
