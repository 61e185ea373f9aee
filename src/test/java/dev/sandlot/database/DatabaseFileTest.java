package dev.sandlot.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a server keeps its records in when it was told of no other. */
class DatabaseFileTest {
    private static final int WRITES = 200;

    @TempDir
    private Path folder;

    private String url() throws IOException {
        Matcher variable = Pattern.compile("name=\"sandlot.db.url\" defaultValue=\"([^\"]+)\"")
                .matcher(Files.readString(Path.of("liberty/sandlot.xml")));
        assertThat(variable.find()).isTrue();
        return variable.group(1).replace("${sandlot.data.dir}", folder.toString());
    }

    @AfterEach
    void noInterruptIsLeft() {
        Thread.interrupted();
    }

    @Test
    void outlivesAnInterruptOfAThreadThatWritesIt() throws Exception {
        try (Connection connection =
                DriverManager.getConnection(new DatabaseConfig(url(), "u", "", 30).url(), "u", "")) {
            connection.createStatement().execute("create table things (id int primary key, text varchar)");
            try (PreparedStatement insert = connection.prepareStatement("insert into things values (?, 'x')")) {
                for (int row = 0; row < WRITES; row++) {
                    Thread.currentThread().interrupt();
                    insert.setInt(1, row);
                    insert.execute();
                    assertThat(Thread.interrupted())
                            .as("who interrupted it is heard")
                            .isTrue();
                }
            }
        }
        try (Connection again = DriverManager.getConnection(url(), "u", "");
                var rows = again.createStatement().executeQuery("select count(*) from things")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(WRITES);
        }
    }
}
