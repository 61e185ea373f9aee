package dev.sandlot.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    private static final WorkspaceId MAIN = new WorkspaceId("acme", "main");
    private static final WorkspaceId OTHER = new WorkspaceId("acme", "other");

    private final MutableClock clock = new MutableClock(Instant.parse("2026-03-01T22:00:00Z"));
    private final Quotas quotas = new Quotas();
    private final ProcessorTime time = new ProcessorTime(quotas, clock);

    private void use(WorkspaceId workspace, long millis) {
        time.used(workspace, clock.instant(), millis);
    }

    @Test
    void whoHasUsedItsQuotaWaitsForTheNextDay() {
        quotas.enforce(Map.of(
                new QuotaOwner("acme", Optional.of("main")), new Quota(Map.of(Allowance.CPU_SECONDS_PER_DAY, 2L)),
                new QuotaOwner("acme", Optional.empty()), new Quota(Map.of(Allowance.CPU_SECONDS_PER_DAY, 5L))));
        use(MAIN, 1_999);
        assertThatCode(() -> time.requireLeft(MAIN)).doesNotThrowAnyException();
        use(MAIN, 1);

        assertThatThrownBy(() -> time.requireLeft(MAIN))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "7201"))
                .hasMessage(
                        "This workspace has used its 2 seconds of processor time of today; try again tomorrow (UTC)");
        assertThatCode(() -> time.requireLeft(OTHER)).doesNotThrowAnyException();
        use(OTHER, 3_000);
        assertThatThrownBy(() -> time.requireLeft(OTHER)).hasMessageStartingWith("This organization has used its 5 ");

        clock.advance(Duration.ofHours(2));
        assertThatCode(() -> time.requireLeft(MAIN)).doesNotThrowAnyException();
        assertThat(time.today("acme")).isZero();
    }

    @Test
    void whatEndedYesterdayIsNotTodays() {
        Instant yesterday = clock.instant();
        clock.advance(Duration.ofHours(3));
        time.used(MAIN, yesterday, 10);
        use(MAIN, 7);

        assertThat(time.today(MAIN)).isEqualTo(7);
    }
}
