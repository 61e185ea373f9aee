package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.CreateFrame;
import dev.sandlot.sandbox.keeper.CreateRequest;
import dev.sandlot.sandbox.keeper.HostIds;
import dev.sandlot.sandbox.keeper.PrepareFrame;
import dev.sandlot.sandbox.keeper.StartAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Starts keepers: the one place where this server makes a process of the host. */
final class KeeperStarter {
    /** More than a keeper takes to give up: past it nothing it says is waited for. */
    private static final Duration START_MAX = Duration.ofSeconds(30);

    private final Path program;
    private final Path hostFiles;
    private final CgroupLayout cgroups;
    private final Optional<HostIds.Granted> granted;
    private final Optional<OciRuntime> runtime;

    /** {@code hostFiles}: what a sandbox whose image is the host sees beside the host's programs. */
    KeeperStarter(Path program, Path hostFiles, HostAccess access, Optional<OciRuntime> runtime) {
        this.program = program;
        this.hostFiles = hostFiles;
        this.cgroups = access.cgroups();
        this.granted = access.granted();
        this.runtime = runtime;
    }

    /**
     * Starts the keeper of a sandbox and waits until it stands; the keeper itself gives up after 10 s.
     *
     * @param range host ids of the sandbox; empty: this user's own id is root inside
     */
    void start(SandboxSpec spec, Path socket, Optional<HostIds.Range> range) throws SandboxException {
        try {
            byte[] request = CreateFrame.of(request(spec, socket, range));
            Process process = begin();
            bound(process.onExit(), process);
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(request);
            }
            // The first process forks the keeper, hands its report on and ends.
            StartAnswer.read(process.getInputStream());
        } catch (IOException broken) {
            throw notStarted(broken);
        }
    }

    /**
     * The same by a keeper that stands ready; false, and nothing has been done, when it is gone.
     *
     * @param ready is used up
     */
    boolean start(WarmKeeper ready, SandboxSpec spec, Path socket, Optional<HostIds.Range> range)
            throws SandboxException {
        try (ready) {
            byte[] request = CreateFrame.of(request(spec, socket, range));
            bound(ready.process().onExit(), ready.process());
            if (!ready.tell(request)) {
                return false;
            }
            StartAnswer.read(ready.process().getInputStream());
            return true;
        } catch (IOException broken) {
            throw notStarted(broken);
        }
    }

    /** Starts a keeper for a sandbox that nobody has asked for yet, and waits until it stands ready. */
    WarmKeeper prepare(SandboxId name) throws SandboxException {
        try {
            WarmKeeper keeper = new WarmKeeper(name, begin());
            CompletableFuture<Process> done = new CompletableFuture<>();
            bound(done, keeper.process());
            boolean good = false;
            try {
                keeper.tell(PrepareFrame.of(cgroups.of(name).version1()));
                StartAnswer.readNext(keeper.process().getInputStream());
                good = true;
                return keeper;
            } finally {
                done.complete(keeper.process());
                if (!good) {
                    keeper.close();
                }
            }
        } catch (IOException broken) {
            throw notStarted(broken);
        }
    }

    /** One that is killed, as a service manager may do to all of a service, leaves the groups that it has joined. */
    void clear(SandboxId name) {
        cgroups.remove(name);
    }

    private Process begin() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        return builder.start();
    }

    /** Whoever waits for it waits no longer than that. */
    private static void bound(CompletableFuture<Process> done, Process process) {
        var unused = done.orTimeout(START_MAX.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
    }

    private static SandboxException notStarted(IOException broken) {
        return new SandboxException(
                Kind.NOT_STARTED, "the keeper could not be started: " + broken.getMessage(), broken);
    }

    private CreateRequest request(SandboxSpec spec, Path socket, Optional<HostIds.Range> range) throws IOException {
        Optional<HostIds.Range> mapped = range.filter(any -> !hasKernelOfItsOwn());
        return new CreateRequest(
                spec,
                socket,
                hostFiles,
                mapped.<HostIds>map(ids -> ids).or(() -> granted),
                cgroups.of(spec.id()),
                network(spec),
                runtime.map(one -> one.container(spec, mapped)));
    }

    /** Then the runtime sees to it that the sandbox's users are nobody outside. */
    private boolean hasKernelOfItsOwn() {
        return runtime.filter(one -> one.kind().hasKernel()).isPresent();
    }

    private Optional<CreateRequest.Network> network(SandboxSpec spec) throws IOException {
        if (spec.network().isEmpty()) {
            return Optional.empty();
        }
        if (runtime.isPresent()) {
            throw new IOException("a container of an OCI runtime has no network");
        }
        Egress egress = Egress.find()
                .orElseThrow(() -> new IOException("its network needs the packages slirp4netns and nftables"));
        return Optional.of(egress.network(spec.network().get()));
    }
}
