package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.MutableClock;
import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.FakeSandboxBackend.Attached;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A service is kept up for as long as it is to be, and never runs twice. */
@Timeout(60)
class ServiceRunTest {
    private static final String COMMAND = "serve";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MutableClock clock = new MutableClock(START);
    private final FakeSandboxBackend backend = new FakeSandboxBackend();
    private final SandboxId sandbox = new SandboxId(UUID.randomUUID());
    private final List<String> told = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private boolean wanted = true;
    private Runnable whilePaused = () -> {};

    @BeforeEach
    void begin() {
        backend.leave(sandbox);
    }

    /** What becomes of services, for one owner. */
    private final ServiceEvents events = new ServiceEvents() {
        @Override
        public void tell(SandboxId about, String message) {
            assertThat(about).isEqualTo(sandbox);
            told.add(message);
        }

        @Override
        public boolean isWanted(SandboxId about) {
            return wanted;
        }
    };

    private ServicePlan plan(Restart restart) {
        TaskService service =
                new TaskService("web", Optional.of(COMMAND), 8000, Optional.empty(), Duration.ofSeconds(1), restart);
        return new ServicePlan(sandbox, service, Optional.of("nobody"), START.plusSeconds(3600));
    }

    /** One whose pauses take no time. */
    private ServiceRun service(Restart restart, Supplier<Map<String, String>> variables) {
        return new ServiceRun(backend, plan(restart), variables, events, clock) {
            @Override
            boolean stopsWithin(Duration time) throws InterruptedException {
                pauses.add(time);
                whilePaused.run();
                return super.stopsWithin(Duration.ZERO);
            }
        };
    }

    private ServiceRun service(Restart restart) {
        return service(restart, Map::of);
    }

    private ServiceRun run(Restart restart) {
        ServiceRun run = service(restart);
        run.run();
        assertThat(run.isOver()).isTrue();
        return run;
    }

    /** Those of its attempts that its sandbox may forget. */
    private List<Long> acknowledged() {
        return backend.acknowledged().stream()
                .map(id -> id.value().getLeastSignificantBits())
                .toList();
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(new ExecOutcome.Exited(3), "ended with exit code 3"),
                Arguments.of(new ExecOutcome.Signalled(15, false), "was killed by signal 15"),
                Arguments.of(new ExecOutcome.Signalled(9, true), "was killed: out of memory"),
                Arguments.of(new ExecOutcome.TimedOut(), "was killed"),
                Arguments.of(new ExecOutcome.Cancelled(), "was killed"));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void itsOwnerIsToldHowItEnded(ExecOutcome outcome, String words) {
        backend.script(COMMAND, FakeCommand.ends(outcome), FakeCommand.exits(0));

        run(Restart.NEVER);

        assertThat(told).containsExactly("service web " + words);
        assertThat(backend.count(COMMAND)).isOne();
        assertThat(pauses).isEmpty();
        assertThat(acknowledged())
                .as("its last ending stays with the sandbox: a later server must not start it again")
                .isEmpty();
    }

    @Test
    void afterAFailureItIsStartedAgainAndAfterAGoodEndNot() {
        backend.script(
                COMMAND,
                FakeCommand.exits(1),
                FakeCommand.ends(new ExecOutcome.Signalled(9, true)),
                FakeCommand.exits(0));

        run(Restart.ON_FAILURE);

        assertThat(told)
                .containsExactly(
                        "service web ended with exit code 1; it is started again in 1 s",
                        "service web was killed: out of memory; it is started again in 2 s",
                        "service web ended with exit code 0");
        assertThat(backend.executed())
                .extracting(spec -> spec.id().value().getLeastSignificantBits())
                .containsExactly(0L, 1L, 2L);
        assertThat(acknowledged()).containsExactly(0L, 1L);
    }

    @Test
    void eachAttemptIsTheWholeServiceAsItsUserForAsLongAsTheSandboxLives() {
        clock.advance(Duration.ofMinutes(10));

        run(Restart.NEVER);

        assertThat(backend.executed()).singleElement().satisfies(spec -> {
            assertThat(spec.whole()).isTrue();
            assertThat(spec.user()).contains("nobody");
            assertThat(spec.timeout()).isEqualTo(Duration.ofMinutes(50).plusMinutes(10));
        });
    }

    @Test
    void pausesGrowToAMinute() {
        backend.script(COMMAND, FakeCommand.exits(0));
        whilePaused = () -> wanted = pauses.size() < 8;

        run(Restart.ALWAYS);

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(backend.count(COMMAND)).isEqualTo(8);
    }

    @Test
    void oneThatHasRunForLongIsStartedAgainSoon() {
        FakeCommand aMinute = FakeCommand.exits(1).after(() -> clock.advance(Duration.ofMinutes(1)));
        FakeCommand longer = FakeCommand.exits(1).after(() -> clock.advance(Duration.ofMillis(60_001)));
        backend.script(COMMAND, FakeCommand.exits(1), aMinute, longer, FakeCommand.exits(0));

        run(Restart.ON_FAILURE);

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 1L);
    }

    @Test
    void whoIsToldToStopStartsNothingMore() {
        ServiceRun whileItRuns = service(Restart.ALWAYS);
        backend.script(COMMAND, FakeCommand.exits(1).after(whileItRuns::stop));
        whileItRuns.run();
        assertThat(told).as("it lives on in its sandbox").isEmpty();
        assertThat(acknowledged()).isEmpty();

        ServiceRun whileItWaits = service(Restart.ALWAYS);
        backend.script(COMMAND, FakeCommand.exits(1));
        whilePaused = whileItWaits::stop;
        whileItWaits.run();

        assertThat(backend.count(COMMAND)).isEqualTo(2);
        assertThat(acknowledged()).isEmpty();
        assertThat(List.of(whileItRuns, whileItWaits)).as("it goes on").noneMatch(ServiceRun::isOver);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoIsInterruptedHasNotSeenItsEnd(Kind kind) {
        FakeCommand stopped =
                FakeCommand.fails(kind).after(() -> Thread.currentThread().interrupt());
        backend.script(COMMAND, kind == Kind.INTERRUPTED ? FakeCommand.fails(kind) : stopped);
        ServiceRun run = service(Restart.ALWAYS);

        run.run();
        Thread.interrupted();

        assertThat(run.isOver()).isFalse();
        assertThat(told).isEmpty();
        assertThat(acknowledged()).isEmpty();
        assertThat(backend.count(COMMAND)).isOne();
        assertThat(backend.attached()).isEmpty();
    }

    @Test
    void whereItIsNotWantedAnyMoreNothingIsTold() {
        backend.script(COMMAND, FakeCommand.exits(1).after(() -> wanted = false));

        run(Restart.ALWAYS);

        assertThat(told).isEmpty();
        assertThat(backend.count(COMMAND)).isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNKNOWN", "NO_ANSWER"})
    void whereTheConnectionBreaksItIsLookedForAgainAndNotStartedTwice(Kind kind) {
        backend.script(COMMAND, FakeCommand.fails(kind).printing("one\nt"));
        backend.leave(sandbox, plan(Restart.NEVER).id(0), FakeCommand.exits(4).printing(5, "wo\n"));

        ServiceRun run = run(Restart.NEVER);

        assertThat(backend.count(COMMAND)).isOne();
        assertThat(backend.attached())
                .containsExactly(new Attached(
                        plan(Restart.NEVER).id(0),
                        new KnownOutput(5, 0),
                        Duration.ofHours(1).plusMinutes(10)));
        assertThat(told).containsExactly("service web ended with exit code 4");
        assertThat(run.log().lines()).extracting(LogLine::text).containsExactly("one", "two");
    }

    @Test
    void whatIsKnownOfAnAttemptIsNothingOfTheNext() {
        backend.script(COMMAND, FakeCommand.exits(1).printing("much"), FakeCommand.fails(Kind.UNKNOWN));
        backend.leave(sandbox, plan(Restart.ON_FAILURE).id(1), FakeCommand.exits(0));

        run(Restart.ON_FAILURE);

        assertThat(backend.attached())
                .singleElement()
                .satisfies(attached -> assertThat(attached.known()).isEqualTo(new KnownOutput(0, 0)));
    }

    @Test
    void oneThatIsNotFoundAnyMoreHasEnded() {
        backend.script(COMMAND, FakeCommand.fails(Kind.UNKNOWN), FakeCommand.exits(0));

        run(Restart.ON_FAILURE);

        assertThat(told)
                .containsExactly(
                        "service web ended while nobody looked; it is started again in 1 s",
                        "service web ended with exit code 0");
    }

    @Test
    void whatDoesNotStartIsTriedAgain() {
        backend.script(COMMAND, FakeCommand.fails(Kind.NOT_STARTED), FakeCommand.exits(0));

        run(Restart.ON_FAILURE);

        assertThat(told)
                .containsExactly(
                        "service web did not start; it is started again in 1 s", "service web ended with exit code 0");
        assertThat(backend.attached()).isEmpty();
    }

    @Test
    void whatItHasNotEndedALineOfIsItsLastLine() {
        backend.script(
                COMMAND,
                FakeCommand.exits(1).printing("one"),
                FakeCommand.exits(0).printing("two"));

        assertThat(run(Restart.ON_FAILURE).log().lines())
                .extracting(LogLine::text)
                .containsExactly("one", "two");
    }

    @Test
    void withItsSandboxItIsOver() {
        backend.script(COMMAND, FakeCommand.fails(Kind.SANDBOX_DIED));

        run(Restart.ALWAYS);

        assertThat(told).isEmpty();
        assertThat(backend.count(COMMAND)).isOne();
        assertThat(backend.attached()).isEmpty();
    }

    @Test
    void variablesAreAskedForWithEveryAttempt() {
        List<Map<String, String>> values = new ArrayList<>(List.of(Map.of("A", "1"), Map.of(), Map.of("A", "2")));
        backend.script(COMMAND, FakeCommand.exits(1), FakeCommand.exits(0));
        ServiceRun run = service(Restart.ON_FAILURE, () -> {
            Map<String, String> next = values.remove(0);
            if (next.isEmpty()) {
                throw new IllegalStateException("the secret is gone");
            }
            return next;
        });

        run.run();

        assertThat(told)
                .containsExactly(
                        "service web ended with exit code 1; it is started again in 1 s",
                        "service web can't start: the secret is gone; it is started again in 2 s",
                        "service web ended with exit code 0");
        assertThat(backend.executed()).extracting(spec -> spec.env().get("A")).containsExactly("1", "2");
    }

    @Test
    void aLaterServerGoesOnWithTheAttemptThatItFinds() {
        backend.leave(sandbox, plan(Restart.ON_FAILURE).id(7), FakeCommand.exits(1));
        ServiceRun run = service(Restart.ON_FAILURE);

        run.resume(7);

        assertThat(backend.attached())
                .singleElement()
                .satisfies(attached -> assertThat(attached.known()).isEqualTo(new KnownOutput(0, 0)));
        assertThat(backend.executed())
                .extracting(spec -> spec.id().value().getLeastSignificantBits())
                .containsExactly(8L);
        assertThat(acknowledged()).containsExactly(7L);
        assertThat(run.isOver()).isTrue();
    }

    @Test
    void whatGoesWrongHereIsItsEndHere() {
        backend.script(COMMAND, FakeCommand.exits(0).after(() -> {
            throw new IllegalStateException("a bug");
        }));

        run(Restart.ALWAYS);

        assertThat(backend.count(COMMAND)).isOne();
    }
}
