package dev.sandlot.admin;

import dev.sandlot.audit.AuditReader;
import dev.sandlot.audit.AuditVerifier;
import jakarta.json.bind.annotation.JsonbNillable;
import org.jspecify.annotations.Nullable;

/**
 * What a look at the whole audit has found.
 *
 * @param entries those that are as they were written
 * @param from after what the chain begins
 * @param to its last good entry
 * @param broken the first that is not as it was written
 */
@JsonbNillable
public record AuditVerificationView(
        boolean intact,
        long entries,
        AuditVerifier.Place from,
        AuditVerifier.Place to,
        AuditVerifier.@Nullable Broken broken) {
    static AuditVerificationView of(AuditReader.Verified found) {
        return new AuditVerificationView(
                found.broken().isEmpty(),
                found.entries(),
                found.from(),
                found.to(),
                found.broken().orElse(null));
    }
}
