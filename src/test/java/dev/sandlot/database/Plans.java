package dev.sandlot.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

/** How H2 goes about the queries that a piece of code makes. */
public final class Plans {
    private Plans() {}

    /** The plans of all queries of it that have an order, as EXPLAIN tells them. */
    public static List<String> ofOrdered(Jdbi jdbi, Runnable code) {
        List<String> ordered = new ArrayList<>();
        SqlLogger before = jdbi.getConfig(SqlStatements.class).getSqlLogger();
        jdbi.setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                String query = context.getParsedSql().getSql();
                if (query.toLowerCase(Locale.ROOT).contains("order by")) {
                    ordered.add(query);
                }
            }
        });
        try {
            code.run();
        } finally {
            jdbi.setSqlLogger(before);
        }
        return ordered.stream().map(query -> explain(jdbi, query)).toList();
    }

    private static String explain(Jdbi jdbi, String query) {
        try (Handle handle = jdbi.open();
                PreparedStatement explain = handle.getConnection().prepareStatement("explain " + query)) {
            for (int i = 1; i <= explain.getParameterMetaData().getParameterCount(); i++) {
                explain.setObject(i, null);
            }
            return plan(explain);
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static String plan(PreparedStatement explain) throws SQLException {
        try (ResultSet plan = explain.executeQuery()) {
            plan.next();
            return plan.getString(1);
        }
    }
}
