package dev.sandlot.audit;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class PostgresAuditChainIT extends AuditChainContract {
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
