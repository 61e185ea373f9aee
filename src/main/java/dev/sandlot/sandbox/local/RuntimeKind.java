package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.RuntimeTrait;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What is told apart of OCI runtimes, by the name of the program. */
enum RuntimeKind {
    /** The one whose command line all have, and whatever has no other name. */
    RUNC("runc", List.of(), 16, 12, Set.of()),
    CRUN("crun", List.of("--cgroup-manager=disabled"), 2, 2, Set.of(RuntimeTrait.BLIND)),
    /**
     * gVisor: its kernel, not the host's, keeps the sandbox's users apart from the host's. It has many of the host's
     * threads, dies where it gets none, and counts those of the sandbox by itself.
     */
    RUNSC("runsc", List.of("--network=none", "--ignore-cgroups"), 128, 4096, Set.of(RuntimeTrait.KERNEL));

    private final String program;

    @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
    private final List<String> arguments;

    private final int memoryMib;
    private final int pids;

    @SuppressWarnings("ImmutableEnumChecker") // Of Set.of.
    private final Set<RuntimeTrait> traits;

    RuntimeKind(String program, List<String> arguments, int memoryMib, int pids, Set<RuntimeTrait> traits) {
        this.program = program;
        this.arguments = arguments;
        this.memoryMib = memoryMib;
        this.pids = pids;
        this.traits = traits;
    }

    /** The kind of that program; a name may go on behind the kind's: {@code crun-1.8}. */
    static RuntimeKind of(Path program) {
        for (RuntimeKind kind : values()) {
            if (program.getFileName().toString().startsWith(kind.program)) {
                return kind;
            }
        }
        return RUNC;
    }

    /** How the program is usually called. */
    String program() {
        return program;
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

    /** What the keeper must know of it. */
    Set<RuntimeTrait> traits() {
        return traits;
    }

    /** Whether a container's processes run on a kernel of its own. */
    boolean hasKernel() {
        return traits.contains(RuntimeTrait.KERNEL);
    }
}
