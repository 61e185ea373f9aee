package dev.sandlot.database;

import dev.sandlot.metrics.Metrics;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Counts what the database refuses. */
final class CountedErrors implements SqlLogger {
    private static final String CONSTRAINT = "23";
    private static final int CLASS_LENGTH = 2;

    @Override
    public void logException(StatementContext statement, SQLException refused) {
        count(refused);
    }

    /** Rows that are there already are how the database says so, and no error. */
    static void count(SQLException refused) {
        String state = refused.getSQLState() == null ? "" : refused.getSQLState();
        if (!state.startsWith(CONSTRAINT)) {
            Metrics.DATABASE_ERRORS.count(state.length() < CLASS_LENGTH ? "" : state.substring(0, CLASS_LENGTH));
        }
    }
}
