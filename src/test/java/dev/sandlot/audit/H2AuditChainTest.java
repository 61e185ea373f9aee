package dev.sandlot.audit;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class H2AuditChainTest extends AuditChainContract {
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
