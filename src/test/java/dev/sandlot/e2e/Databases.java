package dev.sandlot.e2e;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * What servers under test keep their records in: H2 in their own data, or with {@code -Dsandlot.database=postgresql} a
 * database each in one PostgreSQL, which ends with this JVM.
 */
final class Databases {
    private static final String USER = "postgres";
    private static final int END_SECONDS = 20;

    private Databases() {}

    /** The settings of one that holds nothing yet. */
    static Map<String, String> fresh() {
        return switch (System.getProperty("sandlot.database", "h2")) {
            case "h2" -> Map.of();
            case "postgresql" -> PostgreSql.SERVER.fresh();
            default -> throw new IllegalStateException("-Dsandlot.database takes h2 or postgresql");
        };
    }

    private record PostgreSql(EmbeddedPostgres postgres, Path folder) {
        private static final PostgreSql SERVER = open();

        private static PostgreSql open() {
            try {
                Path folder = Files.createTempDirectory("sandlot-databases");
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setDataDirectory(data(folder))
                        .setOverrideWorkingDirectory(folder.toFile())
                        .start();
                PostgreSql server = new PostgreSql(postgres, folder);
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private static Path data(Path folder) {
            return folder.resolve("data");
        }

        private Map<String, String> fresh() {
            String name = "sandlot_" + UUID.randomUUID().toString().replace('-', '_');
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + name);
            } catch (SQLException broken) {
                throw new IllegalStateException(broken);
            }
            return Map.of("SANDLOT_DB_URL", postgres.getJdbcUrl(USER, name), "SANDLOT_DB_USER", USER);
        }

        /** PostgreSQL may be ending already, by a hook of its own: then its data is what goes last. */
        private void close() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
            try {
                postgres.close();
                while (Files.exists(data(folder)) && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                Folders.remove(folder);
            } catch (IOException stays) {
                throw new UncheckedIOException(stays);
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
