package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.quota.Quotas;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EnvironmentSharesTest {
    private static final long MIB = 1 << 20;

    private final EnvironmentShares shares = new EnvironmentShares(
            new EnvironmentConfig(
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofDays(1),
                    new Bounds(Bounds.NONE, 100, 3, 100),
                    new Bounds(Bounds.NONE, Bounds.NONE, 4, 100),
                    1000,
                    new SandboxLimits(512 * MIB, 1000, 64, 1 << 30, 64),
                    Optional.empty(),
                    Optional.empty()),
            new Quotas());

    private static Environment environment(String org, long memoryBytes, int services) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        return new Environment(
                UUID.randomUUID(),
                new Owner(new WorkspaceId(org, "main"), "tester", null),
                new Assignment("shell@1.0.0", "do it", "{}"),
                Status.of(EnvironmentState.PROVISIONING),
                new Lifetime(now, now.plusSeconds(600)),
                "hash",
                new Commands(Map.of(), null, List.of()),
                new Resources(null, memoryBytes),
                IntStream.range(0, services)
                        .mapToObj(EnvironmentSharesTest::service)
                        .toList(),
                null);
    }

    private static TaskService service(int number) {
        return new TaskService(
                "s" + number,
                Optional.of("true"),
                8000 + number,
                Optional.empty(),
                Duration.ofSeconds(1),
                Restart.NEVER);
    }

    @Test
    void servicesOfAnOrganizationAreBounded() {
        Environment first = environment("acme", MIB, 3);
        shares.take(first);

        assertThatThrownBy(() -> shares.take(environment("acme", MIB, 2)))
                .hasMessage("There is no room for 2 more of the 4 services in this organization;"
                        + " delete an environment that has some");
        assertThatCode(() -> shares.take(environment("other", MIB, 4))).doesNotThrowAnyException();
        shares.giveBack(first.id());
        assertThatCode(() -> shares.take(environment("acme", MIB, 4))).doesNotThrowAnyException();
    }

    @Test
    void aRefusalForOneThingHoldsNothingOfTheOthers() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> shares.take(environment("acme", 2000 * MIB, 0)))
                    .hasMessageContaining("MiB of memory");
            assertThatThrownBy(() -> shares.take(environment("acme", MIB, 5))).hasMessageContaining("services");
        }

        assertThatCode(() -> {
                    shares.take(environment("acme", 500 * MIB, 4));
                    shares.take(environment("acme", 0, 0));
                    shares.take(environment("acme", 0, 0));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aPartOfAMebibyteCountsAsAWholeOne() {
        shares.take(environment("acme", 500 * MIB - 1, 0));

        assertThatThrownBy(() -> shares.take(environment("acme", MIB, 0))).hasMessageContaining("MiB of memory");
    }

    @Test
    void whatIsBeingMadeCountsThoughNothingOfItIsThere() {
        Environment[] all = {environment("acme", MIB, 0), environment("acme", MIB, 0), environment("acme", MIB, 0)};
        for (Environment one : all) {
            shares.take(one);
        }

        shares.gone(all[0].id());
        shares.reconcile(List.of(), id -> false);
        assertThatThrownBy(() -> shares.take(environment("acme", MIB, 0))).hasMessageContaining("3 environments");

        shares.settled(all[0].id());
        shares.gone(all[0].id());
        assertThatCode(() -> shares.take(environment("acme", MIB, 0))).doesNotThrowAnyException();
    }

    @Test
    void whatIsCountedTwiceIsHeldOnce() {
        Environment one = environment("acme", MIB, 1);
        shares.take(one);
        shares.settled(one.id());

        shares.reconcile(List.of(one), id -> true);
        shares.reconcile(List.of(one), id -> true);
        shares.reconcile(List.of(), id -> false);

        assertThatCode(() -> {
                    for (int i = 0; i < 3; i++) {
                        shares.take(environment("acme", MIB, 1));
                    }
                })
                .doesNotThrowAnyException();
    }
}
