package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Sandboxes on this host, each with a keeper of its own. */
public final class LocalBackend implements SandboxBackend {
    private static final Logger LOG = ServerLog.of(LocalBackend.class);
    private static final String SUFFIX = ".sock";

    private final LocalConfig config;
    private final CgroupLayout cgroups;
    private final UidRanges uids;
    private final KeeperStarter starter;
    private final WarmKeepers warm;
    private final SocketFolder sockets;
    private final boolean root;
    private final ConcurrentMap<SandboxId, Keeper> keepers = new ConcurrentHashMap<>();
    /** Nothing runs in them any more, and something of them is still on the host. */
    private final Set<SandboxId> ended = ConcurrentHashMap.newKeySet();

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

    private Path socket(SandboxId sandbox) {
        return config.runDirectory().resolve(sandbox + SUFFIX);
    }

    private Keeper keeper(SandboxId sandbox) {
        return keepers.computeIfAbsent(sandbox, id -> new Keeper(sockets.address(id + SUFFIX)));
    }

    @Override
    public void create(SandboxSpec spec) throws SandboxException {
        requireOpen();
        Optional<HostIds.Range> range = root ? takeRange(spec.id()) : Optional.empty();
        if (root && range.isEmpty()) {
            throw new SandboxException(Kind.NOT_STARTED, "all ranges of user ids are in use");
        }
        boolean made = false;
        try {
            if (!warm.start(spec, socket(spec.id()), range)) {
                starter.start(spec, socket(spec.id()), range);
            }
            made = true;
        } catch (SandboxException refused) {
            throw counted(orInterrupted(refused));
        } finally {
            if (!made) {
                clean(spec.id());
            }
        }
    }

    /** Those that have ended hold theirs until they are cleaned up behind. */
    private Optional<HostIds.Range> takeRange(SandboxId sandbox) throws SandboxException {
        Optional<HostIds.Range> range = uids.take(sandbox);
        for (SandboxId over : range.isPresent() ? Set.<SandboxId>of() : Set.copyOf(ended)) {
            destroy(over);
        }
        return range.isPresent() ? range : uids.take(sandbox);
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

    /** Something that a keeper is asked for. */
    @FunctionalInterface
    private interface Request<T> {
        T of(Keeper keeper) throws SandboxException, IOException;
    }

    private <T> T ask(SandboxId sandbox, Request<T> request) throws SandboxException {
        requireOpen();
        try {
            return request.of(keeper(sandbox));
        } catch (IOException unreachable) {
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

    private ExecReport follow(SandboxId sandbox, Request<ExecReport> request) throws SandboxException {
        try {
            return ask(sandbox, request);
        } catch (SandboxException broken) {
            boolean isClear = broken.kind() != Kind.UNKNOWN && broken.kind() != Kind.NOT_STARTED;
            if (!isClear && keeper(sandbox).isDead()) {
                throw counted(orInterrupted(new SandboxException(Kind.SANDBOX_DIED, "the keeper is gone", broken)));
            }
            throw counted(orInterrupted(broken));
        }
    }

    @Override
    public void acknowledge(SandboxId sandbox, ExecId id) {
        keeper(sandbox).acknowledge(id);
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
    public void end(SandboxId sandbox) throws SandboxException {
        requireOpen();
        Keeper keeper = keeper(sandbox);
        try {
            if (Files.exists(socket(sandbox))) {
                keeper.destroy();
                ended.add(sandbox);
            }
        } catch (IOException gone) {
            // Its socket is what the next server finds it by.
            requireOpen();
            LOG.log(Level.FINE, "the keeper of {0} is gone", sandbox);
        } finally {
            keepers.remove(sandbox);
            keeper.close();
        }
    }

    @Override
    public void destroy(SandboxId sandbox) throws SandboxException {
        end(sandbox);
        if (!clean(sandbox)) {
            throw new SandboxException(Kind.NO_ANSWER, "something of the sandbox " + sandbox + " is left on the host");
        }
    }

    /** What a keeper would have done, where there is none. */
    private boolean clean(SandboxId sandbox) {
        cgroups.kill(sandbox);
        boolean clean = cgroups.remove(sandbox);
        try {
            Files.deleteIfExists(socket(sandbox));
        } catch (IOException stays) {
            clean = false;
        }
        if (clean) {
            uids.giveBack(sandbox);
            ended.remove(sandbox);
        }
        return clean;
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
                clean(sandbox);
            } else {
                // It is there and says nothing now: no reason to end it.
                found.add(new Observed(sandbox, Optional.empty()));
            }
        }
        return found;
    }

    /** One that could not be reached for the backend was closed meanwhile is not. */
    private boolean isGone(SandboxId sandbox) {
        return !closed && keeper(sandbox).isDead() && !closed;
    }

    /** All that left a socket or a control group. */
    private Set<SandboxId> named() {
        Set<String> names = new HashSet<>(cgroups.sandboxes());
        try (Stream<Path> files = Files.list(config.runDirectory())) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .forEach(name -> names.add(name.substring(0, name.length() - SUFFIX.length())));
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "The sockets of keepers can''t be listed: {0}", unreadable.getMessage());
        }
        Set<SandboxId> sandboxes = new HashSet<>();
        for (String name : names) {
            try {
                sandboxes.add(new SandboxId(UUID.fromString(name)));
            } catch (IllegalArgumentException notOurs) {
                LOG.log(Level.FINE, "{0} is no sandbox", name);
            }
        }
        sandboxes.removeAll(warm.names());
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
