package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.sandbox.FakeListener;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.service.ServiceProbe.Answer;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import dev.sandlot.worker.Workers;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServiceProbeTest {
    private static final int PORT = 8000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeSandboxBackend backend = new FakeSandboxBackend();
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final ServiceSupervisor supervisor = new ServiceSupervisor(backend, new Workers(begun::add), clock);
    private final ServiceProbe probe = new ServiceProbe(backend, supervisor, clock);

    private static final ServiceEvents NOBODY = new ServiceEvents() {
        @Override
        public void tell(SandboxId sandbox, String message) {}

        @Override
        public boolean isWanted(SandboxId sandbox) {
            return true;
        }
    };

    /** The plan of a service that has been started, and runs. */
    private ServicePlan started(Optional<String> path) {
        TaskService service = new TaskService("web", Optional.of("serve"), PORT, path, PATIENCE, Restart.NEVER);
        ServicePlan plan = new ServicePlan(
                new SandboxId(UUID.randomUUID()),
                service,
                Optional.empty(),
                clock.instant().plusSeconds(600));
        supervisor.start(plan, Map::of, NOBODY);
        return plan;
    }

    private Answer ask(Optional<String> path) throws Exception {
        return probe.await(started(path), clock.instant());
    }

    /** A server that answers so; a second question comes too late. */
    private FakeListener answering(String answer) {
        return FakeListener.of(() -> {
            clock.advance(PATIENCE);
            return new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII));
        });
    }

    @Test
    void whereNoPathIsNamedAConnectionIsEnough() throws Exception {
        FakeListener listener = FakeListener.saying("");
        backend.listen(PORT, listener);

        assertThat(ask(Optional.empty())).isEqualTo(Answer.READY);
        assertThat(listener.asked()).isEmpty();
        assertThat(listener.closed()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 399})
    void aPathMustAnswerWell(int status) throws Exception {
        FakeListener listener = answering("HTTP/1.1 " + status + " So\r\nContent-Length: 0\r\n\r\n");
        backend.listen(PORT, listener);

        assertThat(ask(Optional.of("/health"))).isEqualTo(Answer.READY);
        assertThat(listener.asked()).startsWith("GET /health HTTP/1.1\r\n").contains("Host: localhost:8000\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad\r\n\r\n", "HTTP/1.1 503 Busy\r\n\r\n", "hello\r\n", ""})
    void whatIsNoGoodAnswerIsNone(String answer) throws Exception {
        backend.listen(PORT, answering(answer));

        assertThat(ask(Optional.of("/health"))).isEqualTo(Answer.SILENT);
    }

    @Test
    void oneThatHasEndedIsNotWaitedFor() throws Exception {
        ServicePlan plan = started(Optional.empty());
        backend.leave(plan.sandbox());
        begun.remove().run();

        assertThat(probe.await(plan, clock.instant())).isEqualTo(Answer.ENDED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SANDBOX_DIED", "INTERRUPTED"})
    void withItsSandboxOrThisServerNothingIsWaitedFor(Kind kind) {
        backend.listen(PORT, FakeListener.refusing(kind));

        assertThatThrownBy(() -> ask(Optional.empty())).isInstanceOf(SandboxException.class);
    }

    @Test
    void whoHasWaitedForTooLongDoesNotAskAgain() throws Exception {
        backend.listen(PORT, FakeListener.saying(""));
        ServicePlan plan = started(Optional.empty());

        assertThat(probe.await(plan, clock.instant().minus(PATIENCE))).isEqualTo(Answer.SILENT);
    }
}
