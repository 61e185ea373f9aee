package dev.sandlot.environment;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class H2EnvironmentRepositoryTest extends EnvironmentRepositoryContract {
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
