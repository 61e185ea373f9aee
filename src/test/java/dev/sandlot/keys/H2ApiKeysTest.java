package dev.sandlot.keys;

import dev.sandlot.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;

class H2ApiKeysTest extends ApiKeysContract {
    private static final TestDatabase DATABASE = TestDatabase.h2();

    @Override
    TestDatabase database() {
        return DATABASE;
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }
}
