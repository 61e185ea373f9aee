package dev.sandlot.idempotency;

import at.favre.lib.hkdf.HKDF;
import dev.sandlot.auth.ExecuteToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts an execute token so that whoever sends the same {@code Idempotency-Key} again, and nobody else, can have it:
 * AES-256-GCM (NIST SP 800-38D) under a key derived from the client's text (HKDF-SHA256, RFC 5869). The sealed form is
 * Base64 of the 12 bytes of the nonce and the ciphertext with its tag of 16 bytes.
 */
public final class TokenSeal {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] PURPOSE = "sandlot execute token".getBytes(StandardCharsets.US_ASCII);
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private TokenSeal() {}

    /** {@code environment}: whose token it is; it opens for that one only. */
    public static String seal(ExecuteToken token, UUID environment, IdempotencyKey key) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] plain = token.text().getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, environment, key).doFinal(plain);
            byte[] all = ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has AES-GCM", impossible);
        }
    }

    /** Throws IllegalArgumentException when it was sealed for another environment or under another key. */
    public static ExecuteToken open(String sealed, UUID environment, IdempotencyKey key) {
        ByteBuffer parts = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
        byte[] nonce = new byte[NONCE_BYTES];
        parts.get(nonce);
        byte[] ciphertext = new byte[parts.remaining()];
        parts.get(ciphertext);
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce, environment, key).doFinal(ciphertext);
            return new ExecuteToken(new String(plain, StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException notOurs) {
            throw new IllegalArgumentException("sealed under another key", notOurs);
        }
    }

    private static Cipher cipher(int mode, byte[] nonce, UUID environment, IdempotencyKey key)
            throws GeneralSecurityException {
        byte[] salt = environment.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] secret = key.text().getBytes(StandardCharsets.US_ASCII);
        byte[] derived = HKDF.fromHmacSha256().extractAndExpand(salt, secret, PURPOSE, KEY_BYTES);
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(salt);
        return cipher;
    }
}
