package dev.sandlot.keys;

import dev.sandlot.auth.Caller;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is stored: never its secret.
 *
 * @param subject who made it, and is whoever comes with it
 * @param secretHash SHA-256 of its secret, in hex
 * @param hint the secret's last characters
 * @param selfRevoke whether who comes with it may revoke it
 */
record ApiKey(
        UUID id,
        String subject,
        String name,
        String secretHash,
        String hint,
        Grant grant,
        boolean selfRevoke,
        Term term) {
    /**
     * How long it is good.
     *
     * @param endedAt when it was revoked; null: it was not
     */
    record Term(
            Instant createdAt, Instant expiresAt, @Nullable Instant endedAt) {
        /** When it is, or was, good for the last time. */
        Instant end() {
            return endedAt != null && endedAt.isBefore(expiresAt) ? endedAt : expiresAt;
        }
    }

    boolean isGood(Instant now) {
        return now.isBefore(term.end());
    }

    /** The same one, revoked. */
    ApiKey ended(Instant now) {
        return new ApiKey(
                id,
                subject,
                name,
                secretHash,
                hint,
                grant,
                selfRevoke,
                new Term(term.createdAt(), term.expiresAt(), now));
    }

    /** Who comes with it. */
    Caller caller() {
        return new Caller(subject, grant.roles(), grant.workspaces(), Optional.of(id));
    }
}
