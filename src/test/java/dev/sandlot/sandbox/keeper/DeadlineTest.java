package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Deadline deadline = new Deadline();

    @Test
    void whoDoesNotWaitIsNeverLate() {
        assertThat(deadline.isPast(System.nanoTime() + HOUR)).isFalse();
    }

    @Test
    void whoWaitsIsLateAfterThatTime() {
        deadline.set(Duration.ofMinutes(30));

        assertThat(deadline.isPast(System.nanoTime())).isFalse();
        assertThat(deadline.isPast(System.nanoTime() + HOUR)).isTrue();
    }

    @Test
    void whoHasStoppedWaitingIsNotLate() {
        deadline.set(Duration.ofMinutes(30));

        deadline.lift();

        assertThat(deadline.isPast(System.nanoTime() + HOUR)).isFalse();
    }
}
