package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.Quotas;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TenantRatesTest {
    @Test
    void whoHasNoQuotaHasNoBucket() {
        assertThat(new TenantRates(new Quotas()).take(new WorkspaceId("acme", "main")))
                .isEmpty();
    }

    @Test
    void anEmptyBucketSaysWhenToComeAgain() {
        Rates<String> rates = new Rates<>(Duration.ofMinutes(1));
        assertThat(rates.take("a", 1, 2)).isEqualTo(new Rate(2, 1, 1, 0));
        assertThat(rates.take("a", 1, 2).remaining()).isZero();
        Rate refused = rates.take("a", 1, 2);

        assertThat(refused.remaining()).isZero();
        assertThatThrownBy(refused::require)
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "1"))
                .hasMessage("Too many requests; try again in 1 s");
        assertThat(rates.take("b", 1, 2).retrySeconds()).isZero();
    }

    @Test
    void theLargestQuotaIsOne() {
        Rates<String> rates = new Rates<>(Duration.ofMinutes(1));

        assertThat(rates.take("a", Allowance.MOST, 2 * Allowance.MOST).remaining())
                .isEqualTo(2 * Allowance.MOST - 1);
    }
}
