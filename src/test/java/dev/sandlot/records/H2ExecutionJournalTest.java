package dev.sandlot.records;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class H2ExecutionJournalTest extends ExecutionJournalContract {
    private final TestDatabase database = TestDatabase.h2();

    @Override
    TestDatabase database() {
        return database;
    }

    @AfterAll
    void close() {
        database.close();
    }
}
