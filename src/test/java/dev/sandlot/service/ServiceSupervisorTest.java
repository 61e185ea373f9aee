package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import dev.sandlot.worker.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** More services than there are threads to look after them. */
class ServiceSupervisorTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final SandboxId sandbox = new SandboxId(UUID.randomUUID());
    private final List<String> told = new ArrayList<>();
    private final ServiceSupervisor supervisor = new ServiceSupervisor(
            new FakeSandboxBackend(),
            new Workers(work -> {
                throw new RejectedExecutionException("no thread");
            }),
            clock);

    private final ServicePlan plan = new ServicePlan(
            sandbox,
            new TaskService(
                    "web", Optional.of("serve"), 8000, Optional.empty(), Duration.ofSeconds(1), Restart.ON_FAILURE),
            Optional.empty(),
            clock.instant().plusSeconds(60));

    private final ServiceEvents events = new ServiceEvents() {
        @Override
        public void tell(SandboxId about, String message) {
            told.add(message);
        }

        @Override
        public boolean isWanted(SandboxId about) {
            return true;
        }
    };

    @Test
    void oneThatCanNotBeLookedAfterDoesNotStart() {
        assertThatThrownBy(() -> supervisor.start(plan, Map::of, events))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void oneThatCanNotBeLookedAfterAnyMoreIsToldAndStopsNoServerFromStarting() {
        supervisor.resume(plan, Set.of(), Map::of, events);

        assertThat(told).containsExactly("service web can't be looked after any more");
        assertThat(supervisor.isOver(sandbox, "web")).isTrue();
    }
}
