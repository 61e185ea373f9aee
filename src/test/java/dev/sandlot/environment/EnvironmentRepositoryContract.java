package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.Plans;
import dev.sandlot.database.TestDatabase;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.image.ImageDefaults;
import dev.sandlot.service.LogLine;
import dev.sandlot.task.TaskScript;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every database has to keep of environments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EnvironmentRepositoryContract {
    private static final int AT_ONCE = 8;
    private static final int ROUNDS = 10;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    abstract TestDatabase database();

    private EnvironmentRepository repository() {
        return new EnvironmentRepository(database().jdbi());
    }

    private static Environment environment(WorkspaceId workspace) {
        return environment(workspace, Status.of(EnvironmentState.READY));
    }

    /** One in which no two parts are alike. */
    private static Environment environment(WorkspaceId workspace, Status status) {
        return new Environment(
                UUID.randomUUID(),
                new Owner(workspace, "tester", "project"),
                new Assignment("shell@1.0.0", "do it", "{\"by\":\"test\"}"),
                status,
                new Lifetime(NOW, NOW.plusSeconds(600)),
                ExecuteToken.create().hash(),
                new Commands(Map.of("A", "b"), "app:1000", List.of("key", "other")),
                new Resources("sha256:0", 512L << 20),
                List.of(new TaskService(
                        "web", Optional.of("serve"), 80, Optional.of("/up"), Duration.ofSeconds(7), Restart.ALWAYS)),
                new TaskScript("rm -r .", Duration.ofSeconds(9)));
    }

    private static WorkspaceId newWorkspace() {
        return new WorkspaceId("acme", "w" + UUID.randomUUID().toString().substring(0, 8));
    }

    private List<Boolean> insertAtOnce(WorkspaceId workspace, int most) throws Exception {
        EnvironmentRepository repository = repository();
        CyclicBarrier together = new CyclicBarrier(AT_ONCE);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Boolean>> inserts = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                inserts.add(threads.submit(() -> {
                    together.await(20, TimeUnit.SECONDS);
                    return repository.insert(environment(workspace), most);
                }));
            }
            List<Boolean> inserted = new ArrayList<>();
            for (Future<Boolean> insert : inserts) {
                inserted.add(insert.get(30, TimeUnit.SECONDS));
            }
            return inserted;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theFirstOfAWorkspaceMayComeTogether() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(insertAtOnce(newWorkspace(), 100)).hasSize(AT_ONCE).containsOnly(true);
        }
    }

    @Test
    void ofThoseThatComeTogetherNoMoreFindAPlaceThanThereAre() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(insertAtOnce(newWorkspace(), 3))
                    .filteredOn(inserted -> inserted)
                    .hasSize(3);
        }
    }

    @Test
    void whatAScriptHasPrintedIsAnEventWhateverItIs() {
        Environment environment = environment(newWorkspace());
        repository().insert(environment, 1);

        repository().addEvent(environment.id(), NOW, "script\n    a\u0000b\u001b[31mc\ud800d\te");
        repository().move(environment.id(), Transition.failed(NOW, "The file a\u0000b can't be written"));

        List<String> events = database()
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "select message from environment_events where environment_id = ? order by message")
                        .bind(0, environment.id())
                        .mapTo(String.class)
                        .list());
        assertThat(events).containsExactly("provisioning shell@1.0.0", "script\n    ab[31mcd\te");
        assertThat(find(environment).status().error()).isEqualTo("The file ab can't be written");
    }

    private Environment find(Environment environment) {
        return repository().find(environment.id()).orElseThrow();
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        for (Status status : List.of(
                Status.of(EnvironmentState.BUILDING),
                new Status(EnvironmentState.FAILED, NOW.plusSeconds(5), "it could not be made"))) {
            Environment environment = environment(newWorkspace(), status);
            repository().insert(environment, 1);

            assertThat(find(environment)).isEqualTo(environment);
        }
    }

    private static Status at(EnvironmentState state) {
        return state.isTerminal() ? new Status(state, NOW, null) : Status.of(state);
    }

    private static List<Transition> steps(Environment environment) {
        return List.of(
                Transition.built(environment),
                Transition.ready(),
                Transition.tornDown(NOW),
                Transition.failed(NOW, "it broke"));
    }

    @Test
    void aStepIsWrittenToTheLogWhereItIsMadeAndNowhereElse() {
        Environment environment = environment(newWorkspace(), at(EnvironmentState.PROVISIONING));
        repository().insert(environment, 1);

        assertThat(repository().move(environment.id(), Transition.ready(), NOW, "ready"))
                .isTrue();
        assertThat(repository().move(environment.id(), Transition.ready(), NOW, "ready once more"))
                .isFalse();

        assertThat(find(environment).state()).isEqualTo(EnvironmentState.READY);
        assertThat(repository().events(environment.id(), 10))
                .extracting(LogLine::text)
                .containsOnlyOnce("ready")
                .doesNotContain("ready once more");
    }

    @ParameterizedTest
    @EnumSource(EnvironmentState.class)
    void aStepIsMadeFromTheStatesThatAllowItAndFromNoOther(EnvironmentState state) {
        for (int i = 0; i < 4; i++) {
            Environment environment = environment(newWorkspace(), at(state));
            Transition step = steps(environment).get(i);
            repository().insert(environment, 1);

            boolean moved = repository().move(environment.id(), step);

            assertThat(moved)
                    .as(state + " to " + step.status())
                    .isEqualTo(step.from().contains(state));
            assertThat(find(environment).status()).isEqualTo(moved ? step.status() : environment.status());
        }
    }

    @Test
    void whatItsImageAddsIsStoredWhenItIsHere() {
        Environment environment = environment(newWorkspace(), Status.of(EnvironmentState.BUILDING));
        repository().insert(environment, 1);
        ImageDefaults defaults =
                new ImageDefaults(Map.of("A", "image's", "C", "d"), Optional.of("image"), Optional.empty(), List.of());

        Environment built = environment.madeFrom(new BaseImage(List.of(), Optional.of("sha256:1"), defaults));
        assertThat(repository().move(environment.id(), Transition.built(built))).isTrue();

        assertThat(find(environment)).isEqualTo(built);
        assertThat(built.commands())
                .isEqualTo(new Commands(Map.of("A", "b", "C", "d"), "app:1000", List.of("key", "other")));
        assertThat(built.resources()).isEqualTo(new Resources("sha256:1", 512L << 20));
    }

    @Test
    void ofItsEndsTheLatestAloneIsInItsLog() {
        WorkspaceId workspace = newWorkspace();
        Environment environment = environment(workspace);
        repository().insert(environment, 1);

        for (int i = 1; i <= 10; i++) {
            assertThat(repository().extend(environment.id(), NOW.plusSeconds(1000 + i), NOW.plusSeconds(i)))
                    .isTrue();
        }
        assertThat(repository().extend(environment.id(), NOW.plusSeconds(9000), NOW.plusSeconds(5000)))
                .as("it has ended")
                .isFalse();

        assertThat(repository().events(environment.id(), 100))
                .extracting(LogLine::text)
                .containsExactly("lives until " + NOW.plusSeconds(1010), "provisioning shell@1.0.0");
    }

    @ParameterizedTest
    @EnumSource(EnvironmentState.class)
    void thoseThatHaveNotEndedAreLiving(EnvironmentState state) {
        WorkspaceId workspace = newWorkspace();
        Environment environment = environment(workspace, at(state));
        repository().insert(environment, 1);
        boolean living = !state.isTerminal();

        assertThat(repository().living().contains(environment)).isEqualTo(living);
        assertThat(repository().expired(NOW.plusSeconds(600), workspace)).hasSize(living ? 1 : 0);
        assertThat(repository().expired(NOW.plusSeconds(600)).contains(environment.id()))
                .isEqualTo(living);
        assertThat(repository().endedBefore(NOW.plusSeconds(1)).contains(environment.id()))
                .isEqualTo(!living);
        assertThat(repository().insert(environment(workspace), 1)).isEqualTo(!living);
    }

    @Test
    void whatHasEndedIsNotReadWhenThereIsANewOne() {
        WorkspaceId workspace = new WorkspaceId("acme", "counted");

        List<String> plans = Plans.ofThoseWith(
                "count(*)", database().jdbi(), () -> repository().insert(environment(workspace), 10));

        assertThat(plans).singleElement().asString().containsIgnoringCase("environments_by_state");
    }
}
