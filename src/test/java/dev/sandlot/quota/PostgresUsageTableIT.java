package dev.sandlot.quota;

import dev.sandlot.database.TestDatabase;

class PostgresUsageTableIT extends UsageTableContract {
    @Override
    TestDatabase database() {
        return TestDatabase.postgreSql();
    }
}
