package dev.sandlot.keys;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class PostgresApiKeysIT extends ApiKeysContract {
    private static final TestDatabase DATABASE = TestDatabase.postgreSql();

    @Override
    TestDatabase database() {
        return DATABASE;
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }
}
