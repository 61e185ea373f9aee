package dev.sandlot.devicelogin;

import java.net.URI;
import java.util.Set;

/**
 * Where the identity provider is asked.
 *
 * @param authorization for codes (RFC 8628, 3.1)
 * @param token for tokens (RFC 8628, 3.4)
 * @param secretInBody it takes a client's secret in the body alone (RFC 6749, 2.3.1)
 */
record ProviderEndpoints(URI authorization, URI token, boolean secretInBody) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    /** An address to which tokens and secrets may go: nobody reads along. Throws IllegalArgumentException for others. */
    static URI address(String text) {
        URI address = URI.create(text.strip());
        String host = address.getHost();
        boolean isSafe = "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && host != null && LOOPBACK.contains(host));
        if (host == null || !isSafe || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException("not an address for secrets");
        }
        return address;
    }
}
