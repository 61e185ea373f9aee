package dev.sandlot.proxy;

import dev.sandlot.auth.ApiKeySecret;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows the tokens by which callers come into the API, wherever in a header they stand: those of the configured issuer
 * (RFC 7519), encrypted ones (RFC 7516), which nobody here can look into, and keys. Nothing is verified: one that is no good
 * to the API is no loss to a service.
 */
final class CallerTokens {
    /** Possessive, and from where a part begins: it takes time in proportion to the header's length. */
    private static final Pattern JOSE =
            Pattern.compile("(?<![\\w-])([\\w-]++)\\.([\\w-]*+)\\.([\\w-]*+)(\\.[\\w-]*+\\.[\\w-]*+)?");

    private static final Pattern KEY = Pattern.compile(Pattern.quote(ApiKeySecret.PREFIX) + "[\\w-]{40}");

    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final String issuer;

    CallerTokens(String issuer) {
        this.issuer = issuer;
    }

    /** Whether there is one in the header's value. */
    boolean isIn(String value) {
        if (KEY.matcher(value).find()) {
            return true;
        }
        Matcher token = JOSE.matcher(value);
        // Any part may be the first of one.
        for (int at = 0; token.find(at); at = token.end(1)) {
            if (json(token.group(1)).filter(header -> header.containsKey("alg")).isPresent()
                    && (token.group(4) != null || isOfIssuer(token.group(2)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfIssuer(String payload) {
        return json(payload)
                .map(claims -> claims.containsKey("iss")
                        && claims.get("iss")
                                .toString()
                                .equals(Json.createValue(issuer).toString()))
                .orElse(true);
    }

    private static Optional<JsonObject> json(String part) {
        try (JsonReader reader = READERS.createReader(
                new StringReader(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8)))) {
            return Optional.of(reader.readObject());
        } catch (IllegalArgumentException | JsonException | StackOverflowError none) {
            return Optional.empty();
        }
    }
}
