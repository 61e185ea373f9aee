package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * One keeper, and what can be asked of it. Many threads may ask at once. An IOException of any of it says that the
 * keeper can't be reached.
 */
public final class Keeper implements AutoCloseable {
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(20);
    /** To kill all of a sandbox is tried again and again, and a container's gate has 40 s. */
    private static final Duration END_TIMEOUT = Duration.ofSeconds(50);
    /** A kill is done within milliseconds; what is not done after this is not going to be. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final KeeperPool pool;
    /** The commands that are being sent, and those that were sent from here and have not ended. */
    private final ConcurrentMap<ExecId, Launch> launches = new ConcurrentHashMap<>();

    /** The one that listens at that socket, if there is one. */
    public Keeper(Path socket) {
        this.pool = new KeeperPool(socket, acknowledgements);
    }

    /** Runs a command to its end; see SandboxBackend. */
    public ExecReport execute(ExecSpec spec, OutputSink sink) throws SandboxException, IOException {
        Launch launch = new Launch(spec.id());
        launches.put(spec.id(), launch);
        try {
            // Whoever cancels it says so and then looks here, and this is the other way round: one sees the other.
            if (spec.isCancelled()) {
                launch.kill();
            }
            return use(connection -> execute(spec, sink, launch, connection));
        } finally {
            launches.remove(spec.id(), launch);
        }
    }

    private ExecReport execute(ExecSpec spec, OutputSink sink, Launch launch, KeeperConnection connection)
            throws SandboxException {
        if (launch.isKilled()) {
            return ExecReport.NEVER_BEGAN;
        }
        try {
            Duration most = spec.timeout().plus(GRACE);
            return follow(
                    Kind.NOT_STARTED,
                    () -> connection.ask(
                            acknowledgements.before(Requests.execute(spec)),
                            AnswerDecoder.withOutput(sink),
                            most,
                            () -> launch.sent(connection)));
        } finally {
            launch.end();
        }
    }

    /** Waits for the end of a command that is under way; its output comes from where {@code known} ends. */
    public ExecReport attach(ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException, IOException {
        return use(connection -> follow(
                Kind.UNKNOWN,
                () -> connection.ask(
                        acknowledgements.before(Requests.attach(id, known)),
                        AnswerDecoder.withOutput(sink),
                        timeout.plus(GRACE))));
    }

    /** What is read of a keeper. */
    @FunctionalInterface
    private interface Answer {
        Frame last() throws IOException;
    }

    private ExecReport follow(Kind ifNotSent, Answer answer) throws SandboxException {
        try {
            return ExecAnswer.report(answer.last());
        } catch (SocketTimeoutException overdue) {
            throw new SandboxException(Kind.NO_ANSWER, "the keeper did not answer in time", overdue);
        } catch (NotSentException broken) {
            throw lost(ifNotSent, broken);
        } catch (AsynchronousCloseException closed) {
            // Where not by the pool, then by whoever was told to stop while they wrote the kill.
            throw pool.isClosed() ? lost(Kind.UNKNOWN, closed) : SandboxException.interrupted(closed);
        } catch (IOException broken) {
            throw lost(Kind.UNKNOWN, broken);
        }
    }

    private <T> T use(KeeperPool.Use<T> use) throws SandboxException, IOException {
        return orInterrupted(() -> pool.use(use));
    }

    /** Something that is asked of the keeper. */
    @FunctionalInterface
    private interface Asking<T, E extends Exception> {
        T run() throws SandboxException, IOException, E;
    }

    /** What fails on a thread that was told to stop says nothing of the keeper. */
    private static <T, E extends Exception> T orInterrupted(Asking<T, E> asking)
            throws SandboxException, IOException, E {
        try {
            return asking.run();
        } catch (SandboxException | IOException broken) {
            if (Thread.currentThread().isInterrupted()) {
                throw SandboxException.interrupted(broken);
            }
            throw broken;
        }
    }

    private static SandboxException lost(Kind kind, IOException broken) {
        return new SandboxException(kind, "the connection to the keeper broke: " + broken.getMessage(), broken);
    }

    /** Asks for the death of a command; whoever waits for it gets its end. See SandboxBackend. */
    public void kill(ExecId id) throws SandboxException, IOException {
        Launch launch = launches.get(id);
        if (launch != null) {
            orInterrupted(() -> {
                launch.kill();
                return id;
            });
            return;
        }
        use(connection -> {
            connection.tell(acknowledgements.before(Requests.kill(id)), CONTROL_TIMEOUT);
            return id;
        });
    }

    /** Writes to a command's standard input; see SandboxBackend. */
    public OptionalInt write(ExecId id, ByteBuffer bytes, boolean end) throws SandboxException, IOException {
        return use(connection -> ExecAnswer.done(ask(connection, Requests.input(id, bytes, end)), bytes.remaining()));
    }

    /** Sends a signal to a command; see SandboxBackend. */
    public boolean signal(ExecId id, int number) throws SandboxException, IOException {
        return use(connection -> ExecAnswer.done(ask(connection, Requests.signal(id, number)), 1))
                .isPresent();
    }

    /** It has so long to live from now on, should nobody end it. */
    public void extend(Duration lifetime) throws SandboxException, IOException {
        use(connection -> ask(connection, Requests.extend(lifetime)).expect(FrameType.DONE));
    }

    /** What the keeper says of itself. */
    public KeeperStatus ping() throws SandboxException, IOException {
        return use(connection -> KeeperStatus.of(ask(connection, Requests.ping())));
    }

    /**
     * Ends the sandbox: nothing runs in it on return, and after an IOException something may. Its keeper clears away what
     * it has of the host, and ends.
     */
    public void destroy() throws SandboxException, IOException {
        use(connection -> ask(connection, Requests.destroy(), END_TIMEOUT).expect(FrameType.DESTROYED));
    }

    private Frame ask(KeeperConnection connection, ByteBuffer request) throws IOException {
        return ask(connection, request, CONTROL_TIMEOUT);
    }

    private Frame ask(KeeperConnection connection, ByteBuffer request, Duration timeout) throws IOException {
        return connection.ask(acknowledgements.before(request), AnswerDecoder.withoutOutput(), timeout);
    }

    /** A connection of its own to a port of the sandbox. */
    public SandboxStream connect(int port, Duration idle) throws SandboxException, IOException {
        return orInterrupted(() -> openStream(port, idle));
    }

    private SandboxStream openStream(int port, Duration idle) throws SandboxException, IOException {
        KeeperConnection connection = pool.open();
        boolean good = false;
        try {
            ExecAnswer.requireConnected(ask(connection, Requests.connect(port)));
            good = true;
            return new KeeperStream(connection, idle, () -> pool.end(connection));
        } finally {
            if (!good) {
                pool.end(connection);
            }
        }
    }

    /** Somebody who carries files; see SandboxBackend. */
    public FileCourier courier(Optional<String> user, Duration idle)
            throws SandboxException, FileException, IOException {
        return orInterrupted(() -> openCourier(user, idle));
    }

    private FileCourier openCourier(Optional<String> user, Duration idle)
            throws SandboxException, FileException, IOException {
        KeeperConnection connection = pool.open();
        boolean good = false;
        try {
            CourierAnswer.requireReady(ask(connection, Requests.files(user)));
            good = true;
            return new KeeperCourier(new Parcels(connection, idle), () -> pool.end(connection));
        } finally {
            if (!good) {
                pool.end(connection);
            }
        }
    }

    /** The ending of an execution is stored; the keeper hears of it with the next request. */
    public void acknowledge(ExecId id) {
        acknowledgements.add(id);
    }

    /**
     * Whether it has ended or is ending. A listening socket proves nothing: a process that is killed closes its
     * descriptors one by one, and that may be the last of them. Who has no time for an answer, or talks nonsense,
     * lives; and a thread that was told to stop finds nobody dead.
     */
    public boolean isDead() {
        KeeperConnection fresh;
        try {
            fresh = pool.register();
        } catch (IOException noDescriptor) {
            return false;
        }
        try {
            pool.connect(fresh);
            KeeperStatus.of(ask(fresh, Requests.ping()));
            return false;
        } catch (MalformedAnswerException | SocketTimeoutException alive) {
            return false;
        } catch (IOException broken) {
            return !Thread.currentThread().isInterrupted();
        } finally {
            pool.end(fresh);
        }
    }

    /** Closes connections that have been idle for a while, or wait for too long. Called every second or so. */
    public void sweep() {
        sweep(System.nanoTime());
    }

    void sweep(long now) {
        pool.sweep(now);
    }

    /** Lets go of its connections; it lives on. */
    @Override
    public void close() {
        pool.close();
    }
}
