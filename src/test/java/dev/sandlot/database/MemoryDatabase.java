package dev.sandlot.database;

import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Jdbi;

/** A database of a test's own, brought up to date as the server's is. */
public final class MemoryDatabase {
    private MemoryDatabase() {}

    public static Jdbi open() {
        DataSource source = source();
        migrate(source, "latest");
        return Jdbi.create(source);
    }

    /** An empty one, which lives as long as the process. */
    public static DataSource source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return source;
    }

    /** Brings it up to that version. */
    public static void migrate(DataSource source, String version) {
        Flyway.configure(MemoryDatabase.class.getClassLoader())
                .dataSource(source)
                .resourceProvider(new Migrations())
                .placeholders(Map.of("bytes", "varbinary(1048576)"))
                .target(version)
                .load()
                .migrate();
    }
}
