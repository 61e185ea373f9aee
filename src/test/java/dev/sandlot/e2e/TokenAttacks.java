package dev.sandlot.e2e;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.UUID;

/** By those whom the server does not know, or not yet. */
final class TokenAttacks {
    private static final int HANDS = 4;
    private static final String BASE64URL = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    private TokenAttacks() {}

    static List<Attack> all(Scale scale) {
        int most = scale.pick(2_000, 40_000);
        String forged = new Identities().admin();
        List<String> tokens = List.of("", "x.y.z", forged, forged.substring(0, forged.length() - 4));
        return List.of(
                new Flood(
                        "bad tokens",
                        HANDS,
                        most,
                        0,
                        (mallory, number) -> new Api(
                                        mallory.server(), tokens.get(number % tokens.size()), "acme", "main")
                                .request("/api/v1/org/acme/ws/main/environments")),
                new Flood(
                        "bad tokens for services", HANDS, most, 0, (mallory, number) -> forService(mallory.server())));
    }

    /** Of an environment that there is none of, with a token that might be one. */
    private static HttpRequest.Builder forService(URI server) {
        return HttpRequest.newBuilder(server.resolve("/_services/" + UUID.randomUUID() + "/web/"))
                .header("Authorization", "Bearer " + BASE64URL);
    }
}
