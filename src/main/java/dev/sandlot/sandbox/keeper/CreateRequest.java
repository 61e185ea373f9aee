package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a keeper is told of the sandbox that it is to make: the sandbox, and what of the host is for it.
 *
 * @param socket where the keeper is to listen
 * @param hostFiles what a sandbox whose image is the host has beside the host's programs
 * @param ids of its users; empty: the server's own user is root inside, and there are no others
 * @param network the programs of its network, where it has one
 * @param container empty: the keeper makes the sandbox itself
 */
public record CreateRequest(
        SandboxSpec spec,
        Path socket,
        Path hostFiles,
        Optional<HostIds> ids,
        ControlGroups groups,
        Optional<Network> network,
        Optional<Container> container) {
    public CreateRequest {
        if (network.isPresent() && container.isPresent()) {
            throw new IllegalArgumentException("a container of an OCI runtime has no network");
        }
    }

    /**
     * Control groups of the sandbox's own.
     *
     * @param version2 its folder in the version 2 hierarchy
     * @param version2Controllers those that version 2 limits
     * @param version1 its folders of those that version 1 limits, by the controller's name
     */
    public record ControlGroups(Optional<Path> version2, Set<String> version2Controllers, Map<String, Path> version1) {
        public ControlGroups {
            version2Controllers = Set.copyOf(version2Controllers);
            version1 = Map.copyOf(version1);
        }
    }

    /**
     * The way out.
     *
     * @param carrier carries packets
     * @param filterTool sets the filter
     * @param filter its text
     * @param hosts lines for /etc/hosts
     * @param resolves whether the host's name servers may be asked
     */
    public record Network(Path carrier, Path filterTool, String filter, String hosts, boolean resolves) {}

    /**
     * A container of an OCI runtime, in which the sandbox is.
     *
     * @param program the runtime
     * @param arguments what comes before its command
     * @param config the bundle's config.json
     * @param memoryBytes what the runtime takes itself, beside what the sandbox may have
     * @param pids the same of processes
     */
    public record Container(
            Path program, List<String> arguments, String config, long memoryBytes, int pids, Set<RuntimeTrait> traits) {
        public Container {
            arguments = List.copyOf(arguments);
            traits = Set.copyOf(traits);
        }
    }
}
