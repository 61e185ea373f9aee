package dev.sandlot.environment;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class PostgresEnvironmentRepositoryIT extends EnvironmentRepositoryContract {
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
