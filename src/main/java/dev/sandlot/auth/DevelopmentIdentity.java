package dev.sandlot.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * The identity provider of development mode: a key pair in the data directory, readable by the server's user only, and
 * tokens of eight hours for organization {@code dev}, workspace {@code main}.
 */
public final class DevelopmentIdentity {
    /** The values that server.xml gives mpJwt when no identity provider is configured. */
    public static final String ISSUER = "sandlot-development";

    private static final String AUDIENCE = "sandlot";
    private static final int LIFETIME_MINUTES = 8 * 60;
    private static final int KEY_BITS = 2048;

    private final Path folder;

    /** {@code dataDirectory} is the server's. */
    public DevelopmentIdentity(Path dataDirectory) {
        this.folder = dataDirectory.resolve("development");
    }

    /** Makes the key pair unless it is there. */
    public void prepare() throws IOException {
        if (Files.exists(folder.resolve("public.pem"))) {
            return;
        }
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        KeyPair pair = newPair();
        write(
                "private.key",
                Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
        write("public.pem", PublicKeys.toPem(pair.getPublic()));
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has RSA", impossible);
        }
    }

    /** Whole or not at all, and never readable by others. */
    private void write(String name, String text) throws IOException {
        Path draft = Files.createTempFile(
                folder,
                name,
                ".draft",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text, StandardCharsets.US_ASCII);
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A new token. */
    public String issue() throws IOException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject("developer");
        claims.setStringClaim("upn", "developer");
        claims.setStringListClaim("groups", List.of(Role.ADMIN));
        claims.setStringListClaim("workspaces", List.of("dev/main"));
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(LIFETIME_MINUTES);
        claims.setGeneratedJwtId();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(privateKey());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setHeader("typ", "JWT");
        try {
            return signature.getCompactSerialization();
        } catch (JoseException broken) {
            throw new IOException("The development key can't sign; remove " + folder + " and start again", broken);
        }
    }

    private PrivateKey privateKey() throws IOException {
        String text = Files.readString(folder.resolve("private.key"), StandardCharsets.US_ASCII);
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException broken) {
            throw new IOException("The development key is broken; remove " + folder + " and start again", broken);
        }
    }
}
