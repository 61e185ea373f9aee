package dev.sandlot.quota;

import dev.sandlot.database.TestDatabase;

class H2UsageTableTest extends UsageTableContract {
    @Override
    TestDatabase database() {
        return TestDatabase.h2();
    }
}
