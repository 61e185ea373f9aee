package dev.sandlot.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** An identity provider of the tests' own: a key, and tokens that it signs. */
final class Identities {
    static final String ISSUER = "https://issuer.example";
    static final String AUDIENCE = "sandlot-test";

    private final RsaJsonWebKey key;

    Identities() {
        try {
            key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId("k1");
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void writePublicKey(Path file) throws IOException {
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPublicKey().getEncoded());
        Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n");
    }

    String jwks() {
        return new JsonWebKeySet(key).toJson();
    }

    /** A token's claims; what is not said is good. */
    static final class Token {
        String subject = "tester";
        String issuer = ISSUER;
        String audience = AUDIENCE;
        List<String> roles = List.of("admin");
        List<String> workspaces = List.of("acme/main");
        int minutes = 60;
        boolean upn = true;
    }

    String sign(Token token) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(token.issuer);
        claims.setAudience(token.audience);
        claims.setSubject(token.subject);
        if (token.upn) {
            claims.setStringClaim("upn", token.subject);
        }
        claims.setStringListClaim("groups", token.roles);
        claims.setStringListClaim("workspaces", token.workspaces);
        claims.setExpirationTimeMinutesInTheFuture(token.minutes);
        NumericDate issued = NumericDate.now();
        issued.addSeconds(Math.min(0, token.minutes) * 60L - 60);
        claims.setIssuedAt(issued);
        claims.setGeneratedJwtId();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue("RS256");
        signature.setHeader("typ", "JWT");
        try {
            return signature.getCompactSerialization();
        } catch (JoseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One for an admin of acme/main. */
    String admin() {
        return sign(new Token());
    }

    String withRoles(String... roles) {
        Token token = new Token();
        token.roles = List.of(roles);
        return sign(token);
    }
}
