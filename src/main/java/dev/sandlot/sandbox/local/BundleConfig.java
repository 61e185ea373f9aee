package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.keeper.HostIds;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The config.json of a bundle (OCI runtime specification 1.0): a container whose first process is a keeper, on the stage
 * that the keeper outside builds (rootfs.h).
 */
final class BundleConfig {
    /** The capabilities of a command, and with them the keeper's: it gives commands their users and kills them. */
    private static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SETFCAP");

    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/sysrq-trigger");
    private static final List<String> READ_ONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys");

    private final RuntimeKind kind;
    private final Optional<HostIds.Range> users;

    private BundleConfig(RuntimeKind kind, Optional<HostIds.Range> users) {
        this.kind = kind;
        this.users = users;
    }

    /** {@code users}: ids of the host that the container's users are; empty: the runtime sees to that. */
    static String of(RuntimeKind kind, SandboxLimits limits, Optional<HostIds.Range> users) {
        return new BundleConfig(kind, users).write(limits);
    }

    private String write(SandboxLimits limits) {
        return Json.createObjectBuilder()
                .add("ociVersion", "1.0.2")
                .add("process", process())
                .add("root", Json.createObjectBuilder().add("path", "/tmp/root").add("readonly", false))
                .add("hostname", "sandbox")
                .add("mounts", mounts())
                .add("linux", linux(limits))
                .build()
                .toString();
    }

    private static JsonArrayBuilder array(List<String> words) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        words.forEach(array::add);
        return array;
    }

    private static JsonObjectBuilder process() {
        JsonObjectBuilder capabilities = Json.createObjectBuilder();
        for (String set : List.of("bounding", "effective", "permitted")) {
            capabilities.add(set, array(CAPABILITIES));
        }
        return Json.createObjectBuilder()
                .add("terminal", false)
                .add("user", Json.createObjectBuilder().add("uid", 0).add("gid", 0))
                .add("args", array(List.of("/.sandlot")))
                .add("env", array(List.of("PATH=/usr/bin:/bin")))
                .add("cwd", "/")
                .add("capabilities", capabilities)
                .add("noNewPrivileges", true);
    }

    private static JsonObjectBuilder mount(String type, String source, String to, String... options) {
        return Json.createObjectBuilder()
                .add("destination", to)
                .add("type", type)
                .add("source", source)
                .add("options", array(List.of(options)));
    }

    /** The host's kernel has a few thousand for all sandboxes; a kernel of the sandbox's own counts by itself. */
    private List<String> terminals() {
        List<String> options =
                new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        if (!kind.hasKernel()) {
            options.add("max=64");
        }
        return options;
    }

    private JsonArrayBuilder mounts() {
        return Json.createArrayBuilder()
                .add(mount("proc", "proc", "/proc", "nosuid", "noexec", "nodev"))
                .add(mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=64k"))
                .add(mount("devpts", "devpts", "/dev/pts", terminals().toArray(String[]::new)))
                // One bound for all files: they are memory, and none of them may be left for the next command's.
                .add(mount("bind", "/tmp/shm", "/dev/shm", "bind", "nosuid", "noexec", "nodev"))
                .add(mount("bind", "/tmp/bundle/keeper", "/.sandlot", "bind", "ro", "nosuid", "nodev"));
    }

    private JsonObjectBuilder linux(SandboxLimits limits) {
        JsonArrayBuilder namespaces = Json.createArrayBuilder();
        for (String type : List.of("pid", "network", "ipc", "uts", "mount")) {
            namespaces.add(Json.createObjectBuilder().add("type", type));
        }
        JsonObjectBuilder linux = Json.createObjectBuilder()
                .add("cgroupsPath", "runtime")
                .add("maskedPaths", array(MASKED))
                .add("readonlyPaths", array(READ_ONLY));
        users.ifPresent(range -> {
            namespaces.add(Json.createObjectBuilder().add("type", "user"));
            linux.add("uidMappings", mapping(range)).add("gidMappings", mapping(range));
        });
        if (!kind.hasKernel() && IpcBounds.mayBeSetInside(System.getProperty("os.version"))) {
            JsonObjectBuilder settings = Json.createObjectBuilder();
            IpcBounds.of(limits).forEach(settings::add);
            linux.add("sysctl", settings);
        }
        return linux.add("namespaces", namespaces);
    }

    private static JsonArrayBuilder mapping(HostIds.Range range) {
        return Json.createArrayBuilder()
                .add(Json.createObjectBuilder()
                        .add("containerID", 0)
                        .add("hostID", range.first())
                        .add("size", HostIds.COUNT));
    }
}
