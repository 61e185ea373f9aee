package dev.sandlot.idempotency;

import dev.sandlot.auth.Sha256;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name that a client gives to one request, so that sending it again is the same request.
 *
 * @param scope within which the name stands for one request
 * @param text the client's; a secret, for it opens what is sealed under it
 * @param requestHash of the request's body
 */
public record IdempotencyKey(String scope, String text, String requestHash) {
    public static final String HEADER = "Idempotency-Key";
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** The key of a request; empty when it has none. */
    public static Optional<IdempotencyKey> read(HttpHeaders headers, String scope, JsonBody body, Faults faults) {
        String header = headers.getHeaderString(HEADER);
        if (header == null) {
            return Optional.empty();
        }
        if (!FORM.matcher(header).matches()) {
            faults.badValue("Must be 1 to 255 visible ASCII characters", "header", HEADER);
        }
        return Optional.of(new IdempotencyKey(scope, header, Sha256.of(body.canonical())));
    }

    /** What is stored in its place. */
    String hash() {
        return Sha256.of(scope + "\n" + text);
    }

    /** Never the client's text. */
    @Override
    public String toString() {
        return "IdempotencyKey[" + scope + "]";
    }
}
