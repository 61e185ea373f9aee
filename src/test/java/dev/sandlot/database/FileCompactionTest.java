package dev.sandlot.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCompactionTest {
    private static final int ROUNDS = 1200;
    private static final int LARGE = 300_000;

    @TempDir
    private Path folder;

    private String url() {
        return "jdbc:h2:async:" + folder.resolve("db") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    }

    private long fileSize() throws Exception {
        return Files.size(folder.resolve("db.mv.db"));
    }

    /** In each transaction a large row that soon goes, and a small one that stays. */
    private static void write(Connection connection, int round) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into things values (?, ?)");
                PreparedStatement delete = connection.prepareStatement("delete from things where id = ?")) {
            insert.setInt(1, 2 * round);
            insert.setString(2, "x".repeat(LARGE));
            insert.addBatch();
            insert.setInt(1, 2 * round + 1);
            insert.setString(2, "small " + round);
            insert.addBatch();
            insert.executeBatch();
            delete.setInt(1, 2 * (round - 3));
            delete.execute();
        }
        connection.commit();
    }

    @Test
    void aFileStaysInProportionToWhatIsInIt() throws Exception {
        FileCompaction compaction = new FileCompaction(new DatabaseConfig(url(), "sa", "", 30), 1);
        try (Connection connection = DriverManager.getConnection(url(), "sa", "")) {
            connection.createStatement().execute("create table things (id int primary key, text varchar)");
            connection.setAutoCommit(false);
            for (int round = 0; round < ROUNDS; round++) {
                write(connection, round);
                if (round % 20 == 0) {
                    compaction.sweep();
                }
            }

            // What was written is more than 300 MiB, and 1 MiB of it is there.
            assertThat(fileSize()).isLessThan(150L << 20);
        }
        try (Connection connection = DriverManager.getConnection(url(), "sa", "");
                var rows = connection
                        .createStatement()
                        .executeQuery("select count(*), sum(length(text)) from things where mod(id, 2) = 1")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(ROUNDS);
        }
    }

    @Test
    void otherDatabasesSeeToThemselves() {
        new FileCompaction(new DatabaseConfig("jdbc:postgresql://nowhere.invalid/x", "sa", "", 30), 1).sweep();
    }
}
