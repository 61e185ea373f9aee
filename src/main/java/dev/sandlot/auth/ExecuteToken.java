package dev.sandlot.auth;

import dev.sandlot.errors.Faults;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The environment's own secret: 256 random bits as base64url (RFC 4648). Only its SHA-256 is kept. */
public record ExecuteToken(String text) {
    /** The request header that carries it. */
    public static final String HEADER = "X-Environment-Token";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String BEARER = "Bearer ";

    public static ExecuteToken create() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new ExecuteToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** From a header's value, with or without {@code Bearer}; null when there is nothing in it. */
    public static @Nullable ExecuteToken parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (text.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            text = text.substring(BEARER.length()).strip();
        }
        return text.isEmpty() ? null : new ExecuteToken(text);
    }

    /** From a header's value that has to be there; what stands for it when it is not is told by {@code faults}. */
    public static ExecuteToken require(@Nullable String header, Faults faults) {
        ExecuteToken token = parse(header);
        if (token == null) {
            faults.missing("header", HEADER);
            return new ExecuteToken("");
        }
        return token;
    }

    /** What is stored: SHA-256 in hex. */
    public String hash() {
        return Sha256.of(text);
    }

    /** Compares in constant time. */
    public boolean matches(String storedHash) {
        return MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII), storedHash.getBytes(StandardCharsets.US_ASCII));
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "ExecuteToken[…]";
    }
}
