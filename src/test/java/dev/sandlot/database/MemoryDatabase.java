package dev.sandlot.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Jdbi;

/** The database of a server, in memory: there as long as a connection to it is open. */
public final class MemoryDatabase implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 32;

    private final JdbcConnectionPool pool;
    private final Connection first;

    private MemoryDatabase(JdbcConnectionPool pool, Connection first) {
        this.pool = pool;
        this.first = first;
    }

    /** A new one, without a row. */
    public static MemoryDatabase open() {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=30000", "sandlot", "");
        pool.setMaxConnections(CONNECTIONS_MAX);
        try {
            MemoryDatabase database = new MemoryDatabase(pool, pool.getConnection());
            migrate(pool, "latest");
            return database;
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** An empty one, without a table, which lives as long as the process. */
    public static DataSource source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return source;
    }

    /** Brings one up to that version. */
    public static void migrate(DataSource source, String version) {
        Flyway.configure(MemoryDatabase.class.getClassLoader())
                .dataSource(source)
                .resourceProvider(new Migrations())
                .placeholders(Map.of("bytes", "varbinary(1048576)"))
                .target(version)
                .load()
                .migrate();
    }

    public Jdbi jdbi() {
        return Jdbi.create(pool);
    }

    @Override
    public void close() {
        try {
            first.close();
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        } finally {
            pool.dispose();
        }
    }
}
