package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.database.Plans;
import dev.sandlot.database.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The way of executions to PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresExecutionJournalIT {
    private final TestDatabase database = TestDatabase.postgreSql();

    @AfterAll
    void close() {
        database.close();
    }

    @Nested
    class Records extends ExecutionRecordsContract {
        @Override
        TestDatabase database() {
            return database;
        }

        @Test
        void whatALogTellsIsReadByAnIndexAndNotSorted() {
            List<String> plans =
                    Plans.ofOrdered(database.jdbi(), () -> repository.latest(UUID.randomUUID(), List.of(), 10));

            assertThat(plans)
                    .hasSize(2)
                    .allSatisfy(plan ->
                            assertThat(plan).contains("executions_by_end").doesNotContain("Sort"));
        }
    }

    @Nested
    class Journal extends ExecutionJournalContract {
        @Override
        TestDatabase database() {
            return database;
        }
    }

    @Nested
    class Crashes extends JournalCrashContract {
        @Override
        TestDatabase database() {
            return database;
        }
    }

    @Nested
    class Waiting extends JournalBoundsContract {
        @Override
        TestDatabase database() {
            return database;
        }
    }
}
