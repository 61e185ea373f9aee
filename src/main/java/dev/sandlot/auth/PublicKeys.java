package dev.sandlot.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Public keys as text: PEM (RFC 7468), RSA or EC. */
final class PublicKeys {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PublicKeys() {}

    /** True when the text is a key and not the place of one. */
    static boolean isText(String text) {
        String trimmed = text.trim();
        return trimmed.startsWith(BEGIN)
                || trimmed.startsWith("{")
                || trimmed.startsWith("MII")
                || trimmed.startsWith("MFk");
    }

    static PublicKey parsePem(String text) {
        byte[] encoded = Base64.getMimeDecoder().decode(text.replace(BEGIN, "").replace(END, ""));
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException notRsa) {
            return parseEc(encoded);
        }
    }

    private static PublicKey parseEc(byte[] encoded) {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException unknown) {
            throw new IllegalArgumentException("neither an RSA nor an EC public key", unknown);
        }
    }

    static String toPem(PublicKey key) {
        return BEGIN + "\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n" + END
                + "\n";
    }
}
