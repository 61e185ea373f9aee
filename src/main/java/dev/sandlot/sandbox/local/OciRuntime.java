package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.keeper.CreateRequest;
import dev.sandlot.sandbox.keeper.HostIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A program that makes containers, by the command line that runc has: {@code run --bundle}. */
record OciRuntime(Path program, RuntimeKind kind) {
    OciRuntime {
        if (!program.isAbsolute() || !Files.isExecutable(program)) {
            throw new IllegalArgumentException(
                    "SANDLOT_SANDBOX_RUNTIME must be builtin, or the absolute path of an OCI runtime such as /usr/bin/runsc");
        }
    }

    /** A runtime of the kind that the program's name tells. */
    OciRuntime(Path program) {
        this(program, RuntimeKind.of(program));
    }

    /** A container for that sandbox; {@code ids}: those of its users. */
    CreateRequest.Container container(SandboxSpec spec, Optional<HostIds.Range> ids) {
        return new CreateRequest.Container(
                program,
                kind.arguments(),
                BundleConfig.of(kind, spec.limits(), ids),
                kind.memoryBytes(),
                kind.pids(),
                kind.traits());
    }
}
