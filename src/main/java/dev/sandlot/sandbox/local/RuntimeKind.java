package dev.sandlot.sandbox.local;

import java.nio.file.Path;
import java.util.List;

/** What is told apart of OCI runtimes, by the name of the program. */
enum RuntimeKind {
    /** The one whose command line all have, and whatever has no other name. */
    RUNC("runc", List.of(), 16, 12, 0),
    CRUN("crun", List.of("--cgroup-manager=disabled"), 2, 2, RuntimeKind.BLIND),
    /**
     * gVisor: its kernel, not the host's, keeps the sandbox's users apart from the host's. It has many of the host's
     * threads, dies where it gets none, and counts those of the sandbox by itself.
     */
    RUNSC("runsc", List.of("--network=none", "--ignore-cgroups"), 128, 4096, RuntimeKind.KERNEL);

    /** For the keeper (spec.h): it refuses hosts with control groups of both versions, though it is to use none. */
    private static final int BLIND = 1;

    /** For the keeper: a container has a kernel of its own. */
    private static final int KERNEL = 2;

    private final String program;

    @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
    private final List<String> arguments;

    private final int memoryMib;
    private final int pids;
    private final int flags;

    RuntimeKind(String program, List<String> arguments, int memoryMib, int pids, int flags) {
        this.program = program;
        this.arguments = arguments;
        this.memoryMib = memoryMib;
        this.pids = pids;
        this.flags = flags;
    }

    static RuntimeKind of(Path program) {
        for (RuntimeKind kind : values()) {
            if (program.getFileName().toString().startsWith(kind.program)) {
                return kind;
            }
        }
        return RUNC;
    }

    /** What comes before its command. Limits are those of the control groups that the keeper outside has made. */
    List<String> arguments() {
        return arguments;
    }

    /** What the runtime takes itself of a sandbox's memory: it is given beside the sandbox's own. */
    long memoryBytes() {
        return (long) memoryMib << 20;
    }

    /** The same of processes; threads count. */
    int pids() {
        return pids;
    }

    /** For the keeper. */
    int flags() {
        return flags;
    }

    boolean hasKernel() {
        return this == RUNSC;
    }
}
