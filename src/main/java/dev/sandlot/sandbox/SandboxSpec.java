package dev.sandlot.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A sandbox to be made.
 *
 * @param layers directories of the image, the uppermost first; empty: the host's own programs
 * @param workdir absolute; where commands start unless they say otherwise
 * @param lifetime after it, and a minute of grace, the sandbox ends by itself should nobody destroy it
 * @param network empty: loopback and nothing else
 * @param user whose commands they are unless they say otherwise, as in {@link ExecSpec}: what is made for commands, such as
 *     a workdir that the image does not have, is theirs; empty: root
 */
public record SandboxSpec(
        SandboxId id,
        List<Path> layers,
        String workdir,
        SandboxLimits limits,
        Duration lifetime,
        Optional<SandboxNetwork> network,
        Optional<String> user) {
    /** A sandbox without a network. */
    public SandboxSpec(SandboxId id, List<Path> layers, String workdir, SandboxLimits limits, Duration lifetime) {
        this(id, layers, workdir, limits, lifetime, Optional.empty());
    }

    /** A sandbox whose user is root. */
    public SandboxSpec(
            SandboxId id,
            List<Path> layers,
            String workdir,
            SandboxLimits limits,
            Duration lifetime,
            Optional<SandboxNetwork> network) {
        this(id, layers, workdir, limits, lifetime, network, Optional.empty());
    }

    public SandboxSpec {
        layers = List.copyOf(layers);
        if (!workdir.startsWith("/")) {
            throw new IllegalArgumentException("workdir must be absolute: " + workdir);
        }
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("lifetime must be positive: " + lifetime);
        }
    }
}
