package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.FrameWriter;
import dev.sandlot.sandbox.keeper.StartAnswer;
import dev.sandlot.sandbox.keeper.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts keepers: the one place where this server makes a process of the host. */
final class KeeperStarter {
    /** More than a keeper takes to give up: past it nothing it says is waited for. */
    private static final Duration START_MAX = Duration.ofSeconds(30);

    private final Path program;
    private final Path hostFiles;
    private final CgroupLayout cgroups;
    private final Optional<GrantedIds> granted;
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
     * @param uidBase first host uid of the sandbox; 0: this user's own uid is root inside
     */
    void start(SandboxSpec spec, Path socket, long uidBase) throws SandboxException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        try {
            byte[] description = describe(spec, socket, uidBase);
            Process process = builder.start();
            var unused = process.onExit()
                    .orTimeout(START_MAX.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(description);
            }
            // The first process forks the keeper, hands its report on and ends.
            StartAnswer.read(process.getInputStream());
        } catch (IOException broken) {
            throw new SandboxException(
                    Kind.NOT_STARTED, "the keeper could not be started: " + broken.getMessage(), broken);
        }
    }

    private byte[] describe(SandboxSpec spec, Path socket, long uidBase) throws IOException {
        String id = spec.id().toString();
        SandboxLimits limits = spec.limits();
        FrameWriter frame = FrameWriter.create().text(Tag.SANDBOX_ID, id).text(Tag.SANDBOX_SOCKET, socket.toString());
        if (spec.layers().isEmpty()) {
            frame.text(Tag.SANDBOX_HOST_IMAGE, hostFiles.toString());
        }
        spec.layers().forEach(layer -> frame.text(Tag.SANDBOX_LAYER, layer.toString()));
        frame.text(Tag.SANDBOX_HOSTNAME, "sandbox")
                .number(Tag.SANDBOX_LIFETIME, spec.lifetime().toSeconds())
                .text(Tag.SANDBOX_WORKDIR, spec.workdir());
        spec.user().ifPresent(user -> frame.text(Tag.SANDBOX_USER, user));
        runtime.ifPresent(one -> describe(one, spec, uidBase, frame));
        if (uidBase > 0 && runtime.map(OciRuntime::mapsUsers).orElse(true)) {
            frame.number(Tag.SANDBOX_UID_BASE, uidBase).number(Tag.SANDBOX_UID_COUNT, LocalConfig.UID_COUNT);
        }
        granted.ifPresent(ids -> frame.text(Tag.SANDBOX_UID_TOOL, ids.uidTool().toString())
                .text(Tag.SANDBOX_GID_TOOL, ids.gidTool().toString())
                .number(Tag.SANDBOX_GRANTED_UIDS, ids.uids().first())
                .number(Tag.SANDBOX_GRANTED_GIDS, ids.gids().first())
                .number(Tag.SANDBOX_GRANTED_COUNT, ids.count()));
        cgroups.version2()
                .ifPresent(folder ->
                        frame.text(Tag.SANDBOX_CGROUP2, folder.resolve(id).toString()));
        for (String controller : cgroups.version2Controllers()) {
            frame.text(Tag.SANDBOX_CGROUP1, controller + "=");
        }
        for (Map.Entry<String, Path> controller : cgroups.version1().entrySet()) {
            frame.text(
                    Tag.SANDBOX_CGROUP1,
                    controller.getKey() + "=" + controller.getValue().resolve(id));
        }
        if (spec.network().isPresent() && runtime.isPresent()) {
            throw new IOException("a container of an OCI runtime has no network");
        }
        if (spec.network().isPresent()) {
            describe(spec.network().get(), frame);
        }
        return frame.number(Tag.SANDBOX_MEMORY, limits.memoryBytes())
                .number(Tag.SANDBOX_PIDS, limits.pids())
                .number(Tag.SANDBOX_CPU_MILLIS, limits.cpuMillis())
                .number(Tag.SANDBOX_DISK, limits.diskBytes())
                .number(Tag.SANDBOX_OPEN_FILES, limits.openFiles())
                .toBytes();
    }

    private static void describe(OciRuntime runtime, SandboxSpec spec, long uidBase, FrameWriter frame) {
        frame.text(Tag.SANDBOX_RUNTIME, runtime.program().toString());
        runtime.kind().arguments().forEach(argument -> frame.text(Tag.SANDBOX_RUNTIME_ARGUMENT, argument));
        frame.text(Tag.SANDBOX_RUNTIME_CONFIG, runtime.config(spec, uidBase))
                .number(Tag.SANDBOX_RUNTIME_MEMORY, runtime.kind().memoryBytes())
                .number(Tag.SANDBOX_RUNTIME_PIDS, runtime.kind().pids())
                .number(Tag.SANDBOX_RUNTIME_FLAGS, runtime.kind().flags());
    }

    private static void describe(SandboxNetwork network, FrameWriter frame) throws IOException {
        Egress egress = Egress.find()
                .orElseThrow(() -> new IOException("its network needs the packages slirp4netns and nftables"));
        frame.text(Tag.SANDBOX_CARRIER, egress.carrier().toString())
                .text(Tag.SANDBOX_FILTER_TOOL, egress.filterTool().toString())
                .text(Tag.SANDBOX_FILTER, Egress.filter(network))
                .text(Tag.SANDBOX_HOSTS, Egress.hosts(network));
        if (network.resolves()) {
            frame.text(Tag.SANDBOX_RESOLVES, "");
        }
    }
}
