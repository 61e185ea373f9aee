package dev.sandlot.database;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** How a database goes about the queries that a piece of code makes. */
public final class Plans {
    private Plans() {}

    /** The plans of all queries of it that have an order, as EXPLAIN tells them. */
    public static List<String> ofOrdered(Jdbi jdbi, Runnable code) {
        return ofThoseWith("order by", jdbi, code);
    }

    /** The same of those that have these words. */
    public static List<String> ofThoseWith(String words, Jdbi jdbi, Runnable code) {
        List<String> chosen = new ArrayList<>();
        SqlLogger before = jdbi.getConfig(SqlStatements.class).getSqlLogger();
        jdbi.setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                String query = context.getParsedSql().getSql();
                if (query.toLowerCase(Locale.ROOT).contains(words)) {
                    chosen.add(query);
                }
            }
        });
        try {
            code.run();
        } finally {
            jdbi.setSqlLogger(before);
        }
        return chosen.stream().map(query -> explain(jdbi, query)).toList();
    }

    private static String explain(Jdbi jdbi, String query) {
        try (Handle handle = jdbi.open()) {
            boolean isPostgreSql = handle.getConnection()
                    .getMetaData()
                    .getDatabaseProductName()
                    .equals("PostgreSQL");
            if (isPostgreSql) {
                // A table with next to nothing in it it would read and sort whatever there is.
                handle.execute("set enable_sort = off");
                handle.execute("set enable_seqscan = off");
            }
            return explain(handle, query, isPostgreSql);
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static String explain(Handle handle, String query, boolean isPostgreSql) throws SQLException {
        try (PreparedStatement explain = handle.getConnection().prepareStatement("explain " + query)) {
            ParameterMetaData parameters = explain.getParameterMetaData();
            for (int i = 1; i <= parameters.getParameterCount(); i++) {
                explain.setObject(i, isPostgreSql ? example(parameters.getParameterType(i)) : null);
            }
            return plan(explain);
        }
    }

    /** PostgreSQL does not look for what equals null. */
    private static @Nullable Object example(int type) {
        return switch (type) {
            case Types.BIGINT -> 1L;
            case Types.OTHER -> UUID.randomUUID();
            case Types.VARCHAR -> "example";
            default -> null;
        };
    }

    private static String plan(PreparedStatement explain) throws SQLException {
        StringBuilder lines = new StringBuilder();
        try (ResultSet plan = explain.executeQuery()) {
            while (plan.next()) {
                lines.append(plan.getString(1)).append('\n');
            }
        }
        return lines.toString();
    }
}
