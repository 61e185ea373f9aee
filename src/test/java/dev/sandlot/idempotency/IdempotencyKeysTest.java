package dev.sandlot.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKeys.Earlier;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A key and what it guards are both stored, or neither is. */
@Timeout(60)
class IdempotencyKeysTest {
    private static final IdempotencyKey KEY = new IdempotencyKey("acme/main", "once", "body");
    private static final UUID SUBJECT = new UUID(1, 1);

    private final MemoryDatabase database = MemoryDatabase.open();
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final IdempotencyKeys keys = new IdempotencyKeys(database.jdbi(), clock);

    @AfterEach
    void end() {
        database.close();
    }

    @Test
    void theFirstHasTheKeyAndTheNextFindsWhatItMade() {
        assertThat(keys.find(KEY)).isEmpty();
        assertThat(keys.claim(KEY, SUBJECT, "sealed", handle -> {})).isEmpty();

        assertThat(keys.claim(KEY, new UUID(1, 2), null, handle -> {
                    throw new AssertionError("nothing is done");
                }))
                .contains(new Earlier(SUBJECT, "sealed"));
        assertThat(keys.find(KEY)).contains(new Earlier(SUBJECT, "sealed"));
        assertThat(keys.find(new IdempotencyKey("acme/other", "once", "body")))
                .as("another scope")
                .isEmpty();
    }

    @Test
    void anotherBodyUnderTheSameKeyIsRefused() {
        keys.claim(KEY, SUBJECT, null, handle -> {});
        IdempotencyKey other = new IdempotencyKey("acme/main", "once", "another body");

        assertThatThrownBy(() -> keys.find(other))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ErrorType.CONFLICT));
        assertThatThrownBy(() -> keys.claim(other, new UUID(1, 2), null, handle -> {}))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void whereTheWorkFailsTheKeyIsFree() {
        RuntimeException broken = new IllegalStateException("broken");

        assertThatThrownBy(() -> keys.claim(KEY, SUBJECT, null, handle -> {
                    throw broken;
                }))
                .isSameAs(broken);

        assertThat(keys.find(KEY)).isEmpty();
    }

    @Test
    void aViolationOfTheWorkIsNoEarlierRequest() {
        assertThatThrownBy(() -> keys.claim(
                        KEY, SUBJECT, null, handle -> handle.execute("insert into environments (id) values (null)")))
                .isInstanceOf(org.jdbi.v3.core.statement.UnableToExecuteStatementException.class);

        assertThat(keys.find(KEY)).isEmpty();
    }

    @Test
    void aKeyHoldsForADay() {
        keys.claim(KEY, SUBJECT, null, handle -> {});

        clock.advance(Duration.ofHours(24));
        keys.sweep();
        assertThat(keys.find(KEY)).isPresent();

        clock.advance(Duration.ofSeconds(1));
        assertThat(keys.find(KEY)).isEmpty();
        assertThat(keys.claim(KEY, new UUID(1, 2), null, handle -> {}))
                .as("before it was swept away")
                .isEmpty();
        assertThat(keys.find(KEY)).contains(new Earlier(new UUID(1, 2), null));
    }

    @Test
    void whatCameToNothingGivesItsKeyBack() {
        keys.claim(KEY, SUBJECT, null, handle -> {});

        keys.release(SUBJECT);
        keys.release(SUBJECT);

        assertThat(keys.find(KEY)).isEmpty();
    }

    @Test
    void itsTextDoesNotHoldTheClients() {
        assertThat(KEY).hasToString("IdempotencyKey[acme/main]");
    }
}
