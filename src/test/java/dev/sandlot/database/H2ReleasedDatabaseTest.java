package dev.sandlot.database;

import java.io.StringReader;
import java.sql.Connection;
import javax.sql.DataSource;
import org.h2.tools.RunScript;

class H2ReleasedDatabaseTest extends ReleasedDatabaseContract {
    @Override
    DataSource load(String dump) throws Exception {
        DataSource source = MemoryDatabase.source();
        try (Connection connection = source.getConnection()) {
            RunScript.execute(connection, new StringReader(dump));
        }
        return source;
    }

    @Override
    boolean isPostgreSql() {
        return false;
    }
}
