package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ServicePlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static ServicePlan plan(String name, Optional<String> command, Instant until) {
        TaskService service =
                new TaskService(name, command, 8000, Optional.empty(), Duration.ofSeconds(1), Restart.ALWAYS);
        return new ServicePlan(new SandboxId(UUID.randomUUID()), service, Optional.empty(), until);
    }

    private static ServicePlan plan(String name) {
        return plan(name, Optional.of("serve"), NOW.plusSeconds(60));
    }

    @Test
    void aLaterServerFindsTheNewestAttemptByItsId() {
        ServicePlan web = plan("web");
        ServicePlan earlier = plan("web");
        ServicePlan database = plan("database");

        assertThat(web.newest(Set.of(
                        earlier.id(3), earlier.id(12), earlier.id(5), database.id(40), new ExecId(UUID.randomUUID()))))
                .hasValue(12);
        assertThat(web.newest(Set.of(database.id(1)))).isEmpty();
        assertThat(web.isAttempt(earlier.id(3))).isTrue();
        assertThat(web.isAttempt(database.id(3))).isFalse();
    }

    @Test
    void anAttemptOutlivesItsSandboxAndFitsTheSandboxsClock() {
        assertThat(plan("web").attempt(0, Map.of(), NOW).timeout())
                .isEqualTo(Duration.ofSeconds(60).plusMinutes(10));
        assertThat(plan("web").attempt(0, Map.of(), NOW.plusSeconds(90)).timeout())
                .as("its time is over")
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(plan("web", Optional.of("serve"), NOW.plus(Duration.ofDays(90)))
                        .attempt(0, Map.of(), NOW)
                        .timeout())
                .isEqualTo(Duration.ofMillis(0xffff_ffffL));
    }

    @Test
    void withoutACommandThereIsNoPlan() {
        assertThatThrownBy(() -> plan("web", Optional.empty(), NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the service web has no command");
    }
}
