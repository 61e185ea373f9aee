package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.admission.ExecutionPermits.Permit;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExecutionPermitsTest {
    private final ExecutionPermits permits = new ExecutionPermits(new AdmissionConfig(1, 1, 2, 3, 4, Map.of()));
    private final WorkspaceId one = new WorkspaceId("org", "one");
    private final WorkspaceId two = new WorkspaceId("org", "two");

    @Test
    void eachScopeHasItsLimitAndSaysWhichIsUsedUp() {
        UUID environment = UUID.randomUUID();
        permits.take(one, environment);
        permits.take(one, environment);
        assertThatThrownBy(() -> permits.take(one, environment)).hasMessageContaining("this environment");
        permits.take(one, UUID.randomUUID());
        assertThatThrownBy(() -> permits.take(one, UUID.randomUUID())).hasMessageContaining("this workspace");
        permits.take(two, UUID.randomUUID());
        assertThatThrownBy(() -> permits.take(two, UUID.randomUUID()))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "1"))
                .hasMessageContaining("this server");
        assertThat(permits.inUse()).as("a refusal holds nothing").isEqualTo(4);
    }

    @Test
    void aPermitThatIsGivenBackTwiceCountsOnce() {
        UUID environment = UUID.randomUUID();
        Permit first = permits.take(one, environment);
        permits.take(one, environment);
        first.close();
        first.close();

        assertThat(permits.inUse()).isEqualTo(1);
    }
}
