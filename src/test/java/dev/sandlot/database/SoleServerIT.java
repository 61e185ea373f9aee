package dev.sandlot.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Apart;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of several servers on one PostgreSQL one goes on. */
class SoleServerIT {
    private static final TestDatabase DATABASE = TestDatabase.postgreSql();
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final String HOLDERS =
            "select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 2";

    private final Jdbi jdbi = DATABASE.jdbi();

    @AfterAll
    static void stop() {
        DATABASE.close();
    }

    @AfterEach
    void nobodyHoldsIt() {
        jdbi.useHandle(handle -> handle.execute("select pg_terminate_backend(pid) from (" + HOLDERS + ") as holders"));
    }

    private static SoleServer take() throws Exception {
        return SoleServer.take(new DatabaseConfig(DATABASE.url(), "postgres", "", 30), PATIENCE);
    }

    /** Returns when the session that holds the lock is gone. */
    private void breakConnection() {
        jdbi.useHandle(
                handle -> handle.execute("select pg_terminate_backend(pid, 10000) from (" + HOLDERS + ") as holders"));
    }

    @Test
    void theSecondServerIsRefusedInASentence() throws Exception {
        try (SoleServer first = take()) {
            assertThatThrownBy(SoleServerIT::take)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "Another server uses this database; a database is of one server, so stop that one first");
            assertThat(first.isStillSole()).isTrue();
        }
    }

    @Test
    void whatTheFirstGivesUpTheNextTakes() throws Exception {
        take().close();

        try (SoleServer next = take()) {
            assertThat(next.isStillSole()).isTrue();
        }
    }

    @Test
    void theNextWaitsForOneThatIsEnding() throws Exception {
        SoleServer first = take();
        CompletableFuture<SoleServer> next = Apart.supply(() -> {
            try {
                return SoleServer.take(new DatabaseConfig(DATABASE.url(), "postgres", "", 30), Duration.ofSeconds(30));
            } catch (Exception refused) {
                throw new IllegalStateException(refused);
            }
        });
        String waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
        while (jdbi.withHandle(handle ->
                        handle.createQuery(waiting).mapTo(Integer.class).one())
                == 0) {
            Thread.onSpinWait();
        }

        first.close();

        next.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void aConnectionThatBreaksIsReplaced() throws Exception {
        try (SoleServer first = take()) {
            breakConnection();

            assertThat(first.isStillSole()).isTrue();
            assertThatThrownBy(SoleServerIT::take).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatHasLostItToAnotherKnows() throws Exception {
        try (SoleServer first = take()) {
            breakConnection();
            try (SoleServer second = take()) {
                assertThat(first.isStillSole()).isFalse();
                assertThat(second.isStillSole()).isTrue();
            }
        }
    }

    /** What broke here may go on for a while over there. */
    @Test
    void itsOwnFormerSessionIsNoOtherServer() throws Exception {
        try (SoleServer first = take()) {
            String name = jdbi.withHandle(handle -> handle.createQuery(
                            "select application_name from pg_stat_activity where pid in (" + HOLDERS + ")")
                    .mapTo(String.class)
                    .one());
            breakConnection();

            try (Handle former = jdbi.open()) {
                former.execute("select set_config('application_name', ?, false)", name);
                former.execute("select pg_advisory_lock(" + SoleServer.LOCK + ")");
                assertThat(first.isStillSole()).isTrue();
            }
            breakConnection();
            assertThat(first.isStillSole()).isTrue();
            assertThatThrownBy(SoleServerIT::take).isInstanceOf(IOException.class);
        }
    }
}
