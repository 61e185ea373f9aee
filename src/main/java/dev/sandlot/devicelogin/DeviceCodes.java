package dev.sandlot.devicelogin;

import dev.sandlot.http.JsonBody;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the identity provider gives for a login (RFC 8628, 3.2). It is shown to people and opened by their browsers, so it
 * is looked at.
 *
 * @param deviceCode a secret between provider and this server
 * @param userCode what the user types
 * @param verification where they type it
 * @param complete where they need not
 */
record DeviceCodes(
        String deviceCode,
        String userCode,
        URI verification,
        Optional<URI> complete,
        Duration lifetime,
        Duration interval) {
    private static final int CODE_MAX = 8192;
    private static final int ADDRESS_MAX = 2048;
    private static final int LIFETIME_USUAL = 600;
    private static final int LIFETIME_MAX = 1800;
    private static final int INTERVAL_USUAL = 5;
    private static final int INTERVAL_MAX = 60;

    static DeviceCodes read(JsonBody answer) throws ProviderException {
        return new DeviceCodes(
                required(answer, "device_code", "\\p{Print}{1," + CODE_MAX + "}"),
                required(answer, "user_code", "[\\p{Print}]{1,64}"),
                page(answer, "verification_uri")
                        // Its name in drafts, by which some know it still.
                        .or(() -> page(answer, "verification_url"))
                        .orElseThrow(() -> new ProviderException("gives no verification_uri")),
                page(answer, "verification_uri_complete"),
                Duration.ofSeconds(
                        Math.min(answer.integer("expires_in", 1, Integer.MAX_VALUE, LIFETIME_USUAL), LIFETIME_MAX)),
                Duration.ofSeconds(answer.integer("interval", 1, INTERVAL_MAX, INTERVAL_USUAL)));
    }

    private static String required(JsonBody answer, String name, String form) throws ProviderException {
        return answer.string(name)
                .filter(text -> text.matches(form))
                .orElseThrow(() -> new ProviderException("gives no good " + name));
    }

    /** Nothing but a page of the web. */
    private static Optional<URI> page(JsonBody answer, String name) {
        return answer.string(name).filter(text -> text.length() <= ADDRESS_MAX).flatMap(DeviceCodes::web);
    }

    private static Optional<URI> web(String text) {
        try {
            URI page = new URI(text);
            return Optional.of(page)
                    .filter(one ->
                            one.getHost() != null && Set.of("https", "http").contains(one.getScheme()));
        } catch (URISyntaxException unfit) {
            return Optional.empty();
        }
    }

    /** Never a code. */
    @Override
    public String toString() {
        return "DeviceCodes[" + lifetime + "]";
    }
}
