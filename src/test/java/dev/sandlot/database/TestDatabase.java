package dev.sandlot.database;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Jdbi;

/** A database of its own with all tables and nothing in them, without a server around it. */
public final class TestDatabase implements AutoCloseable {
    private final Jdbi jdbi;
    private final String url;
    private final Runnable end;

    private TestDatabase(DataSource dataSource, String url, boolean isPostgreSql, Runnable end) {
        this.url = url;
        this.end = end;
        Migrations.apply(dataSource, isPostgreSql);
        this.jdbi = Jdbi.create(dataSource);
    }

    /** In memory. */
    public static TestDatabase h2() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        JdbcConnectionPool pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(32);
        return new TestDatabase(pool, source.getURL(), false, () -> {
            pool.dispose();
            shutDown(source);
        });
    }

    private static void shutDown(DataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** A server of PostgreSQL that ends with it. */
    public static TestDatabase postgreSql() {
        try {
            Path folder = Files.createTempDirectory("sandlot-postgresql");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("data"))
                    .setOverrideWorkingDirectory(folder.toFile())
                    .start();
            return new TestDatabase(
                    server.getPostgresDatabase(),
                    server.getJdbcUrl("postgres", "postgres"),
                    true,
                    () -> close(server, folder));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void close(EmbeddedPostgres server, Path folder) {
        try {
            server.close();
            // The server's own files are its; the folder is not.
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public Jdbi jdbi() {
        return jdbi;
    }

    /** For a configuration. */
    String url() {
        return url;
    }

    @Override
    public void close() {
        end.run();
    }
}
