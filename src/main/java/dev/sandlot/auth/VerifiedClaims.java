package dev.sandlot.auth;

import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/** Reads tokens as MicroProfile JWT does: with the same key, algorithms, issuer and audience. Nobody is let in by it. */
final class VerifiedClaims {
    private VerifiedClaims() {}

    static JwtConsumerBuilder of(IdentityConfig config, VerificationKeyResolver key) {
        String[] audiences = config.audiences().toArray(String[]::new);
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setVerificationKeyResolver(key)
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
                .setExpectedIssuer(config.issuer());
        return audiences.length == 0
                ? builder.setSkipDefaultAudienceValidation()
                : builder.setExpectedAudience(audiences);
    }
}
