package dev.sandlot.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Principal;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Somebody of whom nothing is known but where they come from: who asks for an operation that is open to everybody.
 *
 * @param network their address; of IPv6 its first half, for one customer has all of the second (RFC 6177)
 */
public record Stranger(String network) implements Principal {
    /** The attribute of a request that holds its stranger, where it comes to an open operation. */
    public static final String ATTRIBUTE = Stranger.class.getName();

    private static final int LENGTH_MAX = 64;
    private static final int NETWORK_BYTES = 8;

    public Stranger {
        network = network.substring(0, Math.min(LENGTH_MAX, network.length()));
    }

    /** By the address that the container tells of a request. */
    public static Stranger at(String address) {
        // Without a colon it is no IPv6, and might be taken for a name that has to be looked up.
        return new Stranger(address.indexOf(':') < 0 ? address : network(address));
    }

    private static String network(String address) {
        try {
            InetAddress known = InetAddress.getByName(address);
            return known instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(known.getAddress(), NETWORK_BYTES)) + "::/64"
                    : known.getHostAddress();
        } catch (UnknownHostException unfit) {
            return address;
        }
    }

    /** By it their requests are counted: no caller has a name that begins so. */
    @Override
    public String getName() {
        return "\0" + network;
    }
}
