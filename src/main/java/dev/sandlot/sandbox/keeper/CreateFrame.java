package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.CreateRequest.Container;
import dev.sandlot.sandbox.keeper.CreateRequest.ControlGroups;
import dev.sandlot.sandbox.keeper.CreateRequest.Network;
import java.util.TreeMap;
import java.util.TreeSet;

/** A {@link CreateRequest} as spec.h has it, for a keeper's standard input. The same request gives the same bytes. */
public final class CreateFrame {
    private static final String HOSTNAME = "sandbox";

    private final FrameWriter frame = new FrameWriter(FrameType.CREATE);

    private CreateFrame() {}

    /** The whole frame. */
    public static byte[] of(CreateRequest request) {
        CreateFrame create = new CreateFrame();
        create.add(request);
        return create.frame.toBytes();
    }

    private void add(CreateRequest request) {
        SandboxSpec spec = request.spec();
        frame.text(Tag.SANDBOX_ID, spec.id().toString())
                .text(Tag.SANDBOX_SOCKET, request.socket().toString());
        if (spec.layers().isEmpty()) {
            frame.text(Tag.SANDBOX_HOST_IMAGE, request.hostFiles().toString());
        }
        spec.layers().forEach(layer -> frame.text(Tag.SANDBOX_LAYER, layer.toString()));
        frame.text(Tag.SANDBOX_HOSTNAME, HOSTNAME)
                .number(Tag.SANDBOX_LIFETIME, spec.lifetime().toSeconds())
                .text(Tag.SANDBOX_WORKDIR, spec.workdir());
        spec.user().ifPresent(user -> frame.text(Tag.SANDBOX_USER, user));
        request.container().ifPresent(this::add);
        request.ids().ifPresent(this::add);
        add(request.groups());
        request.network().ifPresent(this::add);
        add(spec.limits());
    }

    private void add(Container container) {
        frame.text(Tag.SANDBOX_RUNTIME, container.program().toString());
        container.arguments().forEach(argument -> frame.text(Tag.SANDBOX_RUNTIME_ARGUMENT, argument));
        frame.text(Tag.SANDBOX_RUNTIME_CONFIG, container.config())
                .number(Tag.SANDBOX_RUNTIME_MEMORY, container.memoryBytes())
                .number(Tag.SANDBOX_RUNTIME_PIDS, container.pids())
                .number(
                        Tag.SANDBOX_RUNTIME_FLAGS,
                        container.traits().stream().mapToInt(RuntimeTrait::bit).sum());
    }

    private void add(HostIds ids) {
        if (ids instanceof HostIds.Range range) {
            frame.number(Tag.SANDBOX_UID_BASE, range.first()).number(Tag.SANDBOX_UID_COUNT, HostIds.COUNT);
        } else if (ids instanceof HostIds.Granted granted) {
            frame.text(Tag.SANDBOX_UID_TOOL, granted.uidTool().toString())
                    .text(Tag.SANDBOX_GID_TOOL, granted.gidTool().toString())
                    .number(Tag.SANDBOX_GRANTED_UIDS, granted.firstUid())
                    .number(Tag.SANDBOX_GRANTED_GIDS, granted.firstGid())
                    .number(Tag.SANDBOX_GRANTED_COUNT, granted.count());
        }
    }

    /** A controller without a folder is one that version 2 limits. */
    private void add(ControlGroups groups) {
        groups.version2().ifPresent(folder -> frame.text(Tag.SANDBOX_CGROUP2, folder.toString()));
        new TreeSet<>(groups.version2Controllers())
                .forEach(controller -> frame.text(Tag.SANDBOX_CGROUP1, controller + "="));
        new TreeMap<>(groups.version1())
                .forEach((controller, folder) -> frame.text(Tag.SANDBOX_CGROUP1, controller + "=" + folder));
    }

    private void add(Network network) {
        frame.text(Tag.SANDBOX_CARRIER, network.carrier().toString())
                .text(Tag.SANDBOX_FILTER_TOOL, network.filterTool().toString())
                .text(Tag.SANDBOX_FILTER, network.filter())
                .text(Tag.SANDBOX_HOSTS, network.hosts());
        if (network.resolves()) {
            frame.text(Tag.SANDBOX_RESOLVES, "");
        }
    }

    private void add(SandboxLimits limits) {
        frame.number(Tag.SANDBOX_MEMORY, limits.memoryBytes())
                .number(Tag.SANDBOX_PIDS, limits.pids())
                .number(Tag.SANDBOX_CPU_MILLIS, limits.cpuMillis())
                .number(Tag.SANDBOX_DISK, limits.diskBytes())
                .number(Tag.SANDBOX_OPEN_FILES, limits.openFiles());
    }
}
