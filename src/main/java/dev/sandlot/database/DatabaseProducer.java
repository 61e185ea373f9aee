package dev.sandlot.database;

import jakarta.annotation.Resource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** The database: brought up to date before anybody gets to use it. */
@Singleton
public class DatabaseProducer {
    private static final String POSTGRESQL = "PostgreSQL";

    @Resource(lookup = "jdbc/sandlot", shareable = false)
    private DataSource dataSource;

    @Produces
    @Singleton
    Jdbi jdbi() throws SQLException {
        Flyway.configure(DatabaseProducer.class.getClassLoader())
                .dataSource(dataSource)
                .resourceProvider(new Migrations())
                .placeholders(Map.of("bytes", isPostgreSql() ? "bytea" : "varbinary(1048576)"))
                .load()
                .migrate();
        return Jdbi.create(dataSource);
    }

    private boolean isPostgreSql() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseProductName().equals(POSTGRESQL);
        }
    }
}
