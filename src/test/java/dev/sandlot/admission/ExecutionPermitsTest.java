package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Share;
import dev.sandlot.errors.ApiException;
import dev.sandlot.quota.ProcessorTime;
import dev.sandlot.quota.Quotas;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExecutionPermitsTest {
    private final ExecutionPermits permits = permits(4, 10);
    private final WorkspaceId one = new WorkspaceId("org", "one");
    private final WorkspaceId two = new WorkspaceId("org", "two");

    private static ExecutionPermits permits(int perOrganization, int perServer) {
        Quotas none = new Quotas();
        return new ExecutionPermits(
                new AdmissionConfig(1, 1, 2, 3, perOrganization, perServer, Map.of()),
                none,
                new ProcessorTime(none, new MutableClock(Instant.EPOCH)));
    }

    @Test
    void eachScopeHasItsLimitAndSaysWhichIsUsedUp() {
        UUID environment = UUID.randomUUID();
        permits.take(one, environment);
        permits.take(one, environment);
        assertThatThrownBy(() -> permits.take(one, environment))
                .hasMessage("There are 2 executions under way in this environment; wait for one to end");
        permits.take(one, UUID.randomUUID());
        assertThatThrownBy(() -> permits.take(one, UUID.randomUUID())).hasMessageContaining("this workspace");
        permits.take(two, UUID.randomUUID());
        assertThatThrownBy(() -> permits.take(two, UUID.randomUUID()))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.headers()).containsEntry("Retry-After", "1"))
                .hasMessageContaining("this organization");
        assertThat(permits.inUse()).as("a refusal holds nothing").isEqualTo(4);
    }

    @Test
    void workspacesOfOneOrganizationDoNotTakeTheServer() {
        ExecutionPermits shared = permits(10, 6);
        for (int i = 0; i < 3; i++) {
            shared.take(new WorkspaceId("org", "w" + i), UUID.randomUUID());
        }

        assertThatThrownBy(() -> shared.take(new WorkspaceId("org", "w3"), UUID.randomUUID()))
                .hasMessageContaining("This organization has its share of the 6 executions");
        assertThat(shared.take(new WorkspaceId("other", "main"), UUID.randomUUID()))
                .isNotNull();
    }

    @Test
    void whatIsUnderWayAlreadyCounts() {
        UUID environment = UUID.randomUUID();
        permits.adopt(one, environment);
        Share second = permits.adopt(one, environment);

        assertThatThrownBy(() -> permits.take(one, environment)).hasMessageContaining("this environment");
        second.close();
        assertThat(permits.take(one, environment)).isNotNull();
    }

    @Test
    void aPermitThatIsGivenBackTwiceCountsOnce() {
        UUID environment = UUID.randomUUID();
        Share first = permits.take(one, environment);
        permits.take(one, environment);
        first.close();
        first.close();

        assertThat(permits.inUse()).isEqualTo(1);
    }
}
