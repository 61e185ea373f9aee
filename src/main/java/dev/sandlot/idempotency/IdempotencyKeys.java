package dev.sandlot.idempotency;

import dev.sandlot.database.Moments;
import dev.sandlot.database.Violations;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Which keys stand for what. A key is stored in the transaction of what it guards: there are both, or neither. */
@Singleton
public class IdempotencyKeys {
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    public IdempotencyKeys(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * What an earlier request made under a key.
     *
     * @param subject its id
     * @param sealed a secret of it that only the key opens; null when it has none
     */
    public record Earlier(UUID subject, @Nullable String sealed) {}

    private record Row(String requestHash, Earlier earlier) {}

    /** The earlier request of that key; throws CONFLICT when its body was another. */
    public Optional<Earlier> find(IdempotencyKey key) {
        return jdbi.withHandle(handle -> handle.createQuery("select request_hash, subject_id, sealed"
                                + " from idempotency_keys where key_hash = :key and created_at >= :oldest")
                        .bind("key", key.hash())
                        .bind("oldest", oldest())
                        .map((row, context) -> new Row(
                                row.getString("request_hash"),
                                new Earlier(row.getObject("subject_id", UUID.class), row.getString("sealed"))))
                        .findOne())
                .map(row -> requireSame(key, row));
    }

    private static Earlier requireSame(IdempotencyKey key, Row row) {
        if (!row.requestHash().equals(key.requestHash())) {
            throw new ApiException(
                    ErrorType.CONFLICT, "This Idempotency-Key was used with another body; take a new one");
        }
        return row.earlier();
    }

    /**
     * Takes the key for a new subject and does {@code work} in the same transaction, unless an earlier request has it:
     * then nothing is done. Of several at once one does its work, the others wait for it.
     */
    public Optional<Earlier> claim(IdempotencyKey key, UUID subject, @Nullable String sealed, Consumer<Handle> work) {
        try {
            jdbi.useTransaction(handle -> {
                handle.createUpdate("delete from idempotency_keys where key_hash = :key and created_at < :oldest")
                        .bind("key", key.hash())
                        .bind("oldest", oldest())
                        .execute();
                insert(handle, key, subject, sealed);
                work.accept(handle);
            });
            return Optional.empty();
        } catch (UnableToExecuteStatementException refused) {
            Optional<Earlier> earlier = Violations.isViolation(refused) ? find(key) : Optional.empty();
            if (earlier.isEmpty()) {
                throw refused;
            }
            return earlier;
        }
    }

    private void insert(Handle handle, IdempotencyKey key, UUID subject, @Nullable String sealed) {
        handle.createUpdate("insert into idempotency_keys (key_hash, request_hash, subject_id, sealed, created_at)"
                        + " values (:key, :request, :subject, :sealed, :now)")
                .bind("key", key.hash())
                .bind("request", key.requestHash())
                .bind("subject", subject)
                .bind("sealed", sealed)
                .bind("now", Moments.utc(clock.instant()))
                .execute();
    }

    private OffsetDateTime oldest() {
        return Moments.utc(clock.instant().minus(LIFETIME));
    }

    /** Nothing came of the subject: its key is free again. */
    public void release(UUID subject) {
        jdbi.useHandle(handle -> handle.execute("delete from idempotency_keys where subject_id = ?", subject));
    }

    /** Forgets keys that have had their time. Called every minute. */
    public void sweep() {
        jdbi.useHandle(handle -> handle.execute("delete from idempotency_keys where created_at < ?", oldest()));
    }
}
