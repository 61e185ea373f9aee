package dev.sandlot.sandbox.local;

import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.SandboxStream;
import dev.sandlot.sandbox.keeper.HostIds;
import dev.sandlot.sandbox.keeper.Keeper;
import dev.sandlot.sandbox.keeper.KeeperStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/** Sandboxes on this host, each with a keeper of its own. */
public final class LocalBackend implements SandboxBackend {
    private final LocalConfig config;
    private final CgroupLayout cgroups;
    private final UidRanges uids;
    private final KeeperStarter starter;
    private final WarmKeepers warm;
    private final SocketFolder sockets;
    private final SandboxTraces traces;
    private final Endings endings;
    private final boolean root;
    private final ConcurrentMap<SandboxId, Keeper> keepers = new ConcurrentHashMap<>();

    private volatile Guarantees guarantees = new Guarantees(Map.of(), Map.of());
    /** From then on what breaks may have been broken here. */
    private volatile boolean closed;

    private LocalBackend(LocalConfig config, HostAccess access, Path program, SocketFolder sockets, Executor executor)
            throws IOException {
        this.config = config;
        this.cgroups = access.cgroups();
        this.uids = new UidRanges(config);
        this.starter = new KeeperStarter(program, HostFiles.prepare(config.dataDirectory()), access, config.runtime());
        // A runtime takes far longer to make a container than a keeper takes to start.
        this.warm = new WarmKeepers(starter, config.runtime().isPresent() ? 0 : config.warm(), executor);
        this.sockets = sockets;
        this.traces = new SandboxTraces(cgroups, config.runDirectory());
        this.endings = new Endings(traces, uids);
        this.root = access.root();
    }

    /**
     * Prepares the host and tries what it can guarantee.
     *
     * @param executor for what nobody waits for
     * @throws IOException when the data directory can't be written, or limits are required that the host does not hold
     */
    public static LocalBackend start(LocalConfig config, Executor executor) throws IOException {
        return start(config, HostAccess.detect(config), KeeperBinary.unpack(config.dataDirectory()), executor);
    }

    static LocalBackend start(LocalConfig config, HostAccess access, Path program, Executor executor)
            throws IOException {
        if (config.runtime().isPresent() && !access.root()) {
            throw new IOException("SANDLOT_SANDBOX_RUNTIME needs a server that runs as root");
        }
        Files.createDirectories(config.dataDirectory());
        Files.createDirectories(
                config.runDirectory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        LocalBackend backend =
                new LocalBackend(config, access, program, SocketFolder.of(config.runDirectory()), executor);
        boolean good = false;
        try {
            backend.testHost();
            backend.warm.refill();
            good = true;
            return backend;
        } finally {
            if (!good) {
                backend.close();
            }
        }
    }

    private void testHost() throws IOException {
        guarantees = new SelfTest(this, cgroups, hasKernelOfItsOwn(), config.dataDirectory()).run();
        if (config.requireLimits() && !guarantees.complete()) {
            throw new IOException(
                    "SANDLOT_REQUIRE_LIMITS is set and this host does not hold all limits: " + guarantees.held());
        }
    }

    private Keeper keeper(SandboxId sandbox) {
        return keepers.computeIfAbsent(sandbox, id -> new Keeper(sockets.address(SandboxTraces.socketName(id))));
    }

    @Override
    public void create(SandboxSpec spec) throws SandboxException {
        requireOpen();
        endings.making(spec.id());
        try {
            make(spec);
        } finally {
            endings.made(spec.id());
        }
    }

    private void make(SandboxSpec spec) throws SandboxException {
        Optional<HostIds.Range> range = root ? endings.takeRange(spec.id()) : Optional.empty();
        if (root && range.isEmpty()) {
            throw new SandboxException(Kind.NOT_STARTED, "all ranges of user ids are in use");
        }
        boolean made = false;
        try {
            if (!warm.start(spec, traces.socket(spec.id()), range)) {
                starter.start(spec, traces.socket(spec.id()), range);
            }
            made = true;
        } catch (SandboxException refused) {
            throw counted(orInterrupted(refused));
        } finally {
            if (!made) {
                endings.clean(spec.id());
            }
        }
    }

    @Override
    public ExecReport execute(SandboxId sandbox, ExecSpec spec, OutputSink sink) throws SandboxException {
        return follow(sandbox, keeper -> keeper.execute(spec, sink));
    }

    @Override
    public ExecReport attach(SandboxId sandbox, ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException {
        return follow(sandbox, keeper -> keeper.attach(id, known, timeout, sink));
    }

    /** Something that a keeper is asked for, with what it may answer instead. */
    @FunctionalInterface
    private interface Request<T, E extends Exception> {
        T of(Keeper keeper) throws SandboxException, IOException, E;
    }

    private <T, E extends Exception> T ask(SandboxId sandbox, Request<T, E> request) throws SandboxException, E {
        requireOpen();
        boolean known = keepers.containsKey(sandbox);
        Keeper keeper = keeper(sandbox);
        try {
            return request.of(keeper);
        } catch (IOException unreachable) {
            if (!known && !traces.hasSocket(sandbox)) {
                // It has ended, and nobody lets go of it any more.
                keepers.remove(sandbox, keeper);
            }
            throw orInterrupted(new SandboxException(Kind.SANDBOX_DIED, "the keeper does not listen", unreachable));
        } catch (SandboxException broken) {
            throw orInterrupted(broken);
        }
    }

    /** Who has let go of all keepers learns nothing of a sandbox any more. */
    private void requireOpen() throws SandboxException {
        if (closed) {
            throw SandboxException.interrupted(new IllegalStateException("the backend is closed"));
        }
    }

    private SandboxException orInterrupted(SandboxException broken) {
        return closed || Thread.currentThread().isInterrupted() ? SandboxException.interrupted(broken) : broken;
    }

    private static SandboxException counted(SandboxException broken) {
        if (!broken.kind().isHarmless()) {
            Metrics.KEEPER_ERRORS.count(broken.kind().name().toLowerCase(Locale.ROOT));
        }
        return broken;
    }

    private ExecReport follow(SandboxId sandbox, Request<ExecReport, RuntimeException> request)
            throws SandboxException {
        try {
            return ask(sandbox, request);
        } catch (SandboxException broken) {
            boolean isClear = broken.kind() != Kind.UNKNOWN && broken.kind() != Kind.NOT_STARTED;
            if (!isClear && isDead(sandbox)) {
                throw counted(orInterrupted(new SandboxException(Kind.SANDBOX_DIED, "the keeper is gone", broken)));
            }
            throw counted(orInterrupted(broken));
        }
    }

    /** One that nothing is known of any more has ended meanwhile. */
    private boolean isDead(SandboxId sandbox) {
        Keeper known = keepers.get(sandbox);
        return known == null || known.isDead();
    }

    @Override
    public void acknowledge(SandboxId sandbox, ExecId id) {
        Keeper known = keepers.get(sandbox);
        // One that has ended holds nothing any more.
        if (known != null) {
            known.acknowledge(id);
        }
    }

    @Override
    public void cancel(SandboxId sandbox, ExecId id) throws SandboxException {
        ask(sandbox, keeper -> {
            keeper.kill(id);
            return id;
        });
    }

    @Override
    public OptionalInt write(SandboxId sandbox, ExecId id, ByteBuffer bytes, boolean end) throws SandboxException {
        return ask(sandbox, keeper -> keeper.write(id, bytes, end));
    }

    @Override
    public boolean signal(SandboxId sandbox, ExecId id, int number) throws SandboxException {
        return ask(sandbox, keeper -> keeper.signal(id, number));
    }

    @Override
    public void extend(SandboxId sandbox, Duration lifetime) throws SandboxException {
        ask(sandbox, keeper -> {
            keeper.extend(lifetime);
            return sandbox;
        });
    }

    @Override
    public SandboxStream connect(SandboxId sandbox, int port, Duration idle) throws SandboxException {
        return ask(sandbox, keeper -> keeper.connect(port, idle));
    }

    @Override
    public FileCourier courier(SandboxId sandbox, Optional<String> user, Duration idle)
            throws SandboxException, FileException {
        return ask(sandbox, keeper -> keeper.courier(user, idle));
    }

    @Override
    public void end(SandboxId sandbox) throws SandboxException {
        requireOpen();
        Keeper keeper = keeper(sandbox);
        endings.end(sandbox, keeper, this::requireOpen);
        keepers.remove(sandbox, keeper);
        keeper.close();
    }

    @Override
    public void destroy(SandboxId sandbox) throws SandboxException {
        try {
            end(sandbox);
        } catch (SandboxException broken) {
            endings.kill(sandbox, broken);
        }
        endings.requireClean(sandbox);
        Keeper unanswering = keepers.remove(sandbox);
        if (unanswering != null) {
            unanswering.close();
        }
    }

    private Optional<KeeperStatus> ping(SandboxId sandbox) {
        try {
            return Optional.of(ask(sandbox, Keeper::ping));
        } catch (SandboxException silent) {
            return Optional.empty();
        }
    }

    @Override
    public Set<Observed> list() {
        Set<Observed> found = new HashSet<>();
        for (SandboxId sandbox : named()) {
            Optional<KeeperStatus> status = ping(sandbox);
            if (status.isPresent()) {
                uids.adopt(sandbox, status.get().uidBase());
                found.add(new Observed(sandbox, Optional.of(status.get().executions())));
            } else if (isGone(sandbox)) {
                keepers.remove(sandbox);
                endings.clean(sandbox);
            } else {
                // It is there and says nothing now: no reason to end it.
                found.add(new Observed(sandbox, Optional.empty()));
            }
        }
        return found;
    }

    /** One that could not be reached for the backend was closed meanwhile is not, nor one that does not listen yet. */
    private boolean isGone(SandboxId sandbox) {
        return !closed && !endings.isInMaking(sandbox) && keeper(sandbox).isDead() && !closed;
    }

    /** All that left a socket or a control group. */
    private Set<SandboxId> named() {
        Set<SandboxId> sandboxes = traces.sandboxes();
        sandboxes.removeAll(warm.names());
        sandboxes.removeAll(endings.allInMaking());
        return sandboxes;
    }

    @Override
    public Guarantees guarantees() {
        return guarantees;
    }

    /** Whether a sandbox has users beside root, so that files of its image may belong to them. */
    public boolean keepsOwners() {
        return root;
    }

    /** Makes the mark of a removed file in a layer of an image, where nothing is. */
    public void makeWhiteout(Path path) throws IOException {
        OverlayWhiteout.make(path);
    }

    private boolean hasKernelOfItsOwn() {
        return config.runtime().filter(runtime -> runtime.kind().hasKernel()).isPresent();
    }

    KeeperStarter starter() {
        return starter;
    }

    CgroupLayout cgroups() {
        return cgroups;
    }

    /** Looks after connections; called every second or so. */
    public void sweep() {
        keepers.values().forEach(Keeper::sweep);
        warm.refill();
    }

    /** How many new sandboxes find a keeper that stands ready. */
    int warm() {
        return warm.size();
    }

    @Override
    public void close() {
        closed = true;
        warm.close();
        keepers.values().forEach(Keeper::close);
        keepers.clear();
        sockets.close();
        cgroups.removeAll();
    }
}
