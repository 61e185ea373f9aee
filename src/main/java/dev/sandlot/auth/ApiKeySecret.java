package dev.sandlot.auth;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A key's own text: 256 random bits as base64url (RFC 4648) behind a prefix by which it is known. Only its SHA-256 is kept. */
public record ApiKeySecret(String text) {
    /** The request header that carries it. */
    public static final String HEADER = "X-API-Key";

    public static final String PREFIX = "dn_key_";

    private static final int BYTES = 32;
    private static final int HINT = 4;
    private static final Pattern FORM = Pattern.compile(Pattern.quote(PREFIX) + "[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public static ApiKeySecret create() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new ApiKeySecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** From a header's value; empty for what has not the form of one. */
    public static Optional<ApiKeySecret> parse(String header) {
        String text = header.strip();
        return FORM.matcher(text).matches() ? Optional.of(new ApiKeySecret(text)) : Optional.empty();
    }

    /** What is stored: SHA-256 in hex. */
    public String hash() {
        return Sha256.of(text);
    }

    /** Its last characters, by which its owner tells it from others. */
    public String hint() {
        return text.substring(text.length() - HINT);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "ApiKeySecret[…]";
    }
}
