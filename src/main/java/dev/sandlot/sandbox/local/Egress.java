package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.keeper.CreateRequest;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs that give a sandbox a way out: nft sets its filter, slirp4netns carries its packets as connections of this
 * user's own. Neither changes anything on the host.
 */
record Egress(Path carrier, Path filterTool) {
    /** The programs of this host; empty when one is missing. */
    static Optional<Egress> find() {
        return Programs.find("slirp4netns")
                .flatMap(carrier -> Programs.find("nft").map(filter -> new Egress(carrier, filter)));
    }

    /** What a keeper is told of a network. */
    CreateRequest.Network network(SandboxNetwork network) throws IOException {
        return new CreateRequest.Network(carrier, filterTool, filter(network), hosts(network), network.resolves());
    }

    /** The filter's text; the host's own addresses are asked for each time, for they change. */
    private static String filter(SandboxNetwork network) throws IOException {
        List<String> closed = new ArrayList<>(SandboxNetwork.SPECIAL);
        try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
            interfaces
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .forEach(address -> closed.add(address.getHostAddress()));
        }
        return EgressFilter.of(network, closed);
    }

    /** What names mean inside. */
    static String hosts(SandboxNetwork network) {
        StringBuilder hosts = new StringBuilder("127.0.0.1\tlocalhost sandbox\n::1\tlocalhost\n");
        network.hosts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(host -> host.getValue()
                        .forEach(address -> hosts.append(address)
                                .append('\t')
                                .append(host.getKey())
                                .append('\n')));
        return hosts.toString();
    }
}
