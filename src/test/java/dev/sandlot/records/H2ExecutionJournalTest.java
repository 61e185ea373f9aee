package dev.sandlot.records;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The way of executions to H2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class H2ExecutionJournalTest {
    private final TestDatabase database = TestDatabase.h2();

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
