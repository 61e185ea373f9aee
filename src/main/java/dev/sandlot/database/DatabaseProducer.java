package dev.sandlot.database;

import jakarta.annotation.Resource;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** The database: this server's alone, and brought up to date before anybody gets to use it. */
@Singleton
class DatabaseProducer {
    /** The lock of a server that was killed is free within milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int H2_IN_USE = 90020;

    @Resource(lookup = "jdbc/sandlot", shareable = false)
    private DataSource dataSource;

    @Produces
    @Singleton
    SoleServer soleServer(DatabaseConfig config) throws IOException, SQLException {
        return SoleServer.take(config, PATIENCE);
    }

    void close(@Disposes SoleServer server) {
        server.close();
    }

    /** {@code first}: before that nothing of the database may change. */
    @Produces
    @Singleton
    Jdbi jdbi(DatabaseConfig config, SoleServer first) throws IOException, SQLException {
        requireFree();
        Migrations.apply(dataSource, config.isPostgreSql());
        int timeout = config.isPostgreSql() ? config.timeoutSeconds() : 0;
        return Jdbi.create(() -> connection(timeout)).setSqlLogger(new CountedErrors());
    }

    /** A file of H2 is refused to a second process when that one connects. */
    private void requireFree() throws IOException, SQLException {
        try {
            dataSource.getConnection().close();
        } catch (SQLException refused) {
            if (isInUse(refused)) {
                throw new IOException(SoleServer.REFUSED);
            }
            throw refused;
        }
    }

    private static boolean isInUse(SQLException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == H2_IN_USE) {
                return true;
            }
        }
        return false;
    }

    private Connection connection(int timeoutSeconds) throws SQLException {
        try {
            return timeoutSeconds == 0 ? dataSource.getConnection() : bounded(timeoutSeconds);
        } catch (SQLException refused) {
            CountedErrors.count(refused);
            throw refused;
        }
    }

    /** A database that stops in the middle of an answer must not hold a thread for ever. An embedded one can't. */
    private Connection bounded(int timeoutSeconds) throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(timeoutSeconds));
        return connection;
    }
}
