package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxSpec;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that makes containers, by the command line that runc has: {@code run --bundle}. The first process of each is a
 * keeper; what it is given is the bundle's configuration (OCI runtime specification 1.0).
 */
record OciRuntime(Path program) {
    /** Those of a command, and with them the keeper's: it gives commands their users and kills them. */
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

    OciRuntime {
        if (!program.isAbsolute() || !Files.isExecutable(program)) {
            throw new IllegalArgumentException(
                    "SANDLOT_SANDBOX_RUNTIME must be builtin, or the absolute path of an OCI runtime such as /usr/bin/runsc");
        }
    }

    RuntimeKind kind() {
        return RuntimeKind.of(program);
    }

    /** Whether a range of host ids is its users' (else the runtime sees to that). */
    boolean mapsUsers() {
        return !kind().hasKernel();
    }

    /** The bundle's config.json; its paths are those of the stage that the keeper outside builds (rootfs.h). */
    String config(SandboxSpec spec, long uidBase) {
        return Json.createObjectBuilder()
                .add("ociVersion", "1.0.2")
                .add("process", process())
                .add("root", Json.createObjectBuilder().add("path", "/tmp/root").add("readonly", false))
                .add("hostname", "sandbox")
                .add("mounts", mounts())
                .add("linux", linux(spec, uidBase))
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
        if (!kind().hasKernel()) {
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

    private JsonObjectBuilder linux(SandboxSpec spec, long uidBase) {
        JsonArrayBuilder namespaces = Json.createArrayBuilder();
        for (String type : List.of("pid", "network", "ipc", "uts", "mount")) {
            namespaces.add(Json.createObjectBuilder().add("type", type));
        }
        JsonObjectBuilder linux = Json.createObjectBuilder()
                .add("cgroupsPath", "runtime")
                .add("maskedPaths", array(MASKED))
                .add("readonlyPaths", array(READ_ONLY));
        if (mapsUsers()) {
            namespaces.add(Json.createObjectBuilder().add("type", "user"));
            linux.add("uidMappings", mapping(uidBase)).add("gidMappings", mapping(uidBase));
        }
        if (!kind().hasKernel() && IpcBounds.mayBeSetInside(System.getProperty("os.version"))) {
            JsonObjectBuilder settings = Json.createObjectBuilder();
            IpcBounds.of(spec.limits()).forEach(settings::add);
            linux.add("sysctl", settings);
        }
        return linux.add("namespaces", namespaces);
    }

    private static JsonArrayBuilder mapping(long uidBase) {
        return Json.createArrayBuilder()
                .add(Json.createObjectBuilder()
                        .add("containerID", 0)
                        .add("hostID", uidBase)
                        .add("size", LocalConfig.UID_COUNT));
    }
}
