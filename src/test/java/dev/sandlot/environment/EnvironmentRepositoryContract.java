package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

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
        return new Environment(
                UUID.randomUUID(),
                workspace,
                "shell@1.0.0",
                EnvironmentState.READY,
                NOW,
                NOW.plusSeconds(600),
                null,
                null,
                null,
                null,
                null,
                ExecuteToken.create().hash(),
                Map.of(),
                null,
                List.of(),
                null,
                List.of(),
                null,
                "tester",
                512L << 20);
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
        repository().move(environment.id(), EnvironmentState.FAILED, NOW, "The file a\u0000b can't be written");

        List<String> events = database()
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "select message from environment_events where environment_id = ? order by message")
                        .bind(0, environment.id())
                        .mapTo(String.class)
                        .list());
        assertThat(events).containsExactly("provisioning shell@1.0.0", "script\n    ab[31mcd\te");
        assertThat(repository().find(environment.id()).orElseThrow().error()).isEqualTo("The file ab can't be written");
    }
}
