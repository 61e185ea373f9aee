package dev.sandlot.database;

import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresReleasedDatabaseIT extends ReleasedDatabaseContract {
    private static final TestDatabase SERVER = TestDatabase.postgreSql();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Override
    DataSource load(String dump) throws Exception {
        String name = "released_" + UUID.randomUUID().toString().substring(0, 8);
        SERVER.jdbi().useHandle(handle -> handle.execute("create database " + name));
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(SERVER.url().replace("/postgres?", "/" + name + "?"));
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(dump);
        }
        return source;
    }

    @Override
    boolean isPostgreSql() {
        return true;
    }
}
