package dev.sandlot.sandbox;

import java.util.List;
import java.util.Map;

/**
 * A way out of a sandbox, by TCP and UDP over IPv4. Addresses that are not the public's (private and link-local ranges, the
 * cloud's metadata address, the host's own) stay closed but where {@code named} opens them.
 *
 * @param named what may be reached whatever it is
 * @param allowed what may be reached if it is the public's
 * @param hosts names that are known inside, and their addresses
 * @param resolves whether other names may be asked for, of the host's name servers
 */
public record SandboxNetwork(
        List<Destination> named, List<Destination> allowed, Map<String, List<String>> hosts, boolean resolves) {
    /** Ranges that are not the public's: IANA's special-purpose registry (RFC 6890), and multicast. */
    public static final List<String> SPECIAL = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/3");

    public SandboxNetwork {
        named = List.copyOf(named);
        allowed = List.copyOf(allowed);
        hosts = Map.copyOf(hosts);
    }

    /**
     * Some addresses and some of their ports.
     *
     * @param cidr {@code address/length}
     * @param firstPort 1 to 65535
     * @param lastPort the same or higher
     */
    public record Destination(String cidr, int firstPort, int lastPort) {}
}
