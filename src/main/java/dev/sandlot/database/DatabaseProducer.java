package dev.sandlot.database;

import jakarta.annotation.Resource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** The database: brought up to date before anybody gets to use it. */
@Singleton
public class DatabaseProducer {
    private static final String POSTGRESQL = "PostgreSQL";
    private static final int TIMEOUT_DEFAULT_SECONDS = 30;

    @Resource(lookup = "jdbc/sandlot", shareable = false)
    private DataSource dataSource;

    @Produces
    @Singleton
    Jdbi jdbi(Config config) throws SQLException {
        int timeoutSeconds = config.getOptionalValue("sandlot.db.timeout.seconds", Integer.class)
                .orElse(TIMEOUT_DEFAULT_SECONDS);
        if (timeoutSeconds < 1) {
            throw new IllegalArgumentException("SANDLOT_DB_TIMEOUT_SECONDS must be at least 1");
        }
        boolean isPostgreSql = isPostgreSql();
        Flyway.configure(DatabaseProducer.class.getClassLoader())
                .dataSource(dataSource)
                .resourceProvider(new Migrations())
                .placeholders(Map.of("bytes", isPostgreSql ? "bytea" : "varbinary(1048576)"))
                .load()
                .migrate();
        return isPostgreSql ? Jdbi.create(() -> bounded(timeoutSeconds)) : Jdbi.create(dataSource);
    }

    /** A database that stops in the middle of an answer must not hold a thread for ever. An embedded one can't. */
    private Connection bounded(int timeoutSeconds) throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(timeoutSeconds));
        return connection;
    }

    private boolean isPostgreSql() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseProductName().equals(POSTGRESQL);
        }
    }
}
