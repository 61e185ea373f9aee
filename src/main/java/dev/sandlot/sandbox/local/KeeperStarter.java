package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.FrameWriter;
import dev.sandlot.sandbox.keeper.StartAnswer;
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
        FrameWriter frame = FrameWriter.create().text(1, id).text(2, socket.toString());
        if (spec.layers().isEmpty()) {
            frame.text(4, hostFiles.toString());
        }
        spec.layers().forEach(layer -> frame.text(3, layer.toString()));
        frame.text(5, "sandbox").number(15, spec.lifetime().toSeconds()).text(16, spec.workdir());
        spec.user().ifPresent(user -> frame.text(34, user));
        runtime.ifPresent(one -> describe(one, spec, uidBase, frame));
        if (uidBase > 0 && runtime.map(OciRuntime::mapsUsers).orElse(true)) {
            frame.number(6, uidBase).number(7, LocalConfig.UID_COUNT);
        }
        granted.ifPresent(ids -> frame.text(22, ids.uidTool().toString())
                .text(23, ids.gidTool().toString())
                .number(24, ids.uids().first())
                .number(25, ids.gids().first())
                .number(26, ids.count()));
        cgroups.version2().ifPresent(folder -> frame.text(8, folder.resolve(id).toString()));
        for (String controller : cgroups.version2Controllers()) {
            frame.text(9, controller + "=");
        }
        for (Map.Entry<String, Path> controller : cgroups.version1().entrySet()) {
            frame.text(9, controller.getKey() + "=" + controller.getValue().resolve(id));
        }
        if (spec.network().isPresent() && runtime.isPresent()) {
            throw new IOException("a container of an OCI runtime has no network");
        }
        if (spec.network().isPresent()) {
            describe(spec.network().get(), frame);
        }
        return frame.number(10, limits.memoryBytes())
                .number(11, limits.pids())
                .number(12, limits.cpuMillis())
                .number(13, limits.diskBytes())
                .number(14, limits.openFiles())
                .toBytes();
    }

    private static void describe(OciRuntime runtime, SandboxSpec spec, long uidBase, FrameWriter frame) {
        frame.text(27, runtime.program().toString());
        runtime.arguments().forEach(argument -> frame.text(28, argument));
        frame.text(29, runtime.config(spec, uidBase))
                .number(31, runtime.memoryBytes())
                .number(32, runtime.pids())
                .number(33, runtime.flags());
    }

    private static void describe(SandboxNetwork network, FrameWriter frame) throws IOException {
        Egress egress = Egress.find()
                .orElseThrow(() -> new IOException("its network needs the packages slirp4netns and nftables"));
        frame.text(17, egress.carrier().toString())
                .text(18, egress.filterTool().toString())
                .text(19, Egress.filter(network))
                .text(21, Egress.hosts(network));
        if (network.resolves()) {
            frame.text(20, "");
        }
    }
}
