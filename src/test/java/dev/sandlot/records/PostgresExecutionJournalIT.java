package dev.sandlot.records;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class PostgresExecutionJournalIT extends ExecutionJournalContract {
    private final TestDatabase database = TestDatabase.postgreSql();

    @Override
    TestDatabase database() {
        return database;
    }

    @AfterAll
    void close() {
        database.close();
    }
}
