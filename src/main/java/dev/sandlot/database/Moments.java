package dev.sandlot.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Moments as columns have them: in UTC, whatever zone the database's session is in. */
public final class Moments {
    private Moments() {}

    /**
     * A condition that each moment meets. H2 takes the order from an index only if it looks something up in its last
     * column, too: else a shorter index is as good to it, such as a foreign key's, and all is read to be sorted.
     */
    public static String isThere(String column) {
        return column + " > timestamp with time zone '1970-01-01 00:00:00+00'";
    }

    /** A moment to be bound to a statement. */
    public static OffsetDateTime utc(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC);
    }

    /** A column's moment, if the row has one. */
    public static Optional<Instant> find(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** The moment of a column that is never empty. */
    public static Instant require(ResultSet row, String column) throws SQLException {
        return find(row, column).orElseThrow(() -> new SQLException("no moment in " + column));
    }
}
