package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.database.Plans;
import dev.sandlot.database.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

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

    @Test
    void theNewestEventsAreReadByAnIndexAndNotSorted() {
        List<String> plans = Plans.ofOrdered(
                database.jdbi(), () -> new EnvironmentRepository(database.jdbi()).events(UUID.randomUUID(), 10));

        assertThat(plans).singleElement().asString().contains("index sorted */");
    }
}
