package dev.sandlot.devicelogin;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Who this server is to the identity provider.
 *
 * @param secret of a confidential client
 * @param scope what is asked for (RFC 6749, 3.3)
 * @param issuer the provider's name, below which it describes itself
 * @param endpoints where it is asked, if that is not to be looked up
 */
record ProviderClient(
        String id, Optional<String> secret, String scope, String issuer, Optional<ProviderEndpoints> endpoints) {
    private static final String DESCRIPTION = "/.well-known/openid-configuration";

    ProviderClient {
        if (endpoints.isEmpty()) {
            ProviderEndpoints.address(issuer);
        }
    }

    /** Where the provider describes itself (OpenID Connect Discovery 1.0, 4.1). */
    URI description() {
        return ProviderEndpoints.address(withoutSlash(issuer) + DESCRIPTION);
    }

    /** Whether the provider that describes itself is this one. */
    boolean isOf(String described) {
        return withoutSlash(described).equals(withoutSlash(issuer));
    }

    private static String withoutSlash(String issuer) {
        return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    }

    /** The header by which a confidential client shows who it is. */
    Optional<String> authorization() {
        return secret.map(known -> "Basic "
                + Base64.getEncoder()
                        .encodeToString((encoded(id) + ":" + encoded(known)).getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "ProviderClient[" + id + "]";
    }
}
