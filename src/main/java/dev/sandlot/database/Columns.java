package dev.sandlot.database;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Columns of a table, each with the value that a row has for it. Both the text of a statement and what is bound to it
 * come from this one list, so neither can be in another order than the other. A list does not change, and is made once.
 */
public final class Columns<T> {
    /** What a row has for a column: what JDBC takes, a moment, or nothing. */
    @FunctionalInterface
    public interface Value<T> {
        /** The value of that row. */
        @Nullable
        Object of(T row);
    }

    private record Column<T>(String name, Value<T> value) {}

    private final List<Column<T>> all;

    private Columns(List<Column<T>> all) {
        this.all = List.copyOf(all);
        if (all.stream().map(Column::name).distinct().count() < all.size()) {
            throw new IllegalArgumentException("a column stands twice: " + names());
        }
    }

    /** A list that begins with that column. */
    public static <T> Columns<T> of(String name, Value<T> value) {
        return new Columns<>(List.of(new Column<>(name, value)));
    }

    /** This list, and that column after it. */
    public Columns<T> and(String name, Value<T> value) {
        return and(of(name, value));
    }

    /** This list, and that one after it. */
    public Columns<T> and(Columns<T> more) {
        List<Column<T>> longer = new ArrayList<>(all);
        longer.addAll(more.all);
        return new Columns<>(longer);
    }

    /** These columns for rows of which their own are a part. */
    public <W> Columns<W> in(Function<W, T> part) {
        return new Columns<>(all.stream()
                .map(column ->
                        new Column<W>(column.name(), whole -> column.value().of(part.apply(whole))))
                .toList());
    }

    /** Some of these columns, in the order that they have here. */
    public Columns<T> only(String... names) {
        List<String> wanted = List.of(names);
        List<Column<T>> some =
                all.stream().filter(column -> wanted.contains(column.name())).toList();
        if (some.size() < wanted.size()) {
            throw new IllegalArgumentException("not all of " + wanted + " are of " + names());
        }
        return new Columns<>(some);
    }

    /** Their names, as a statement lists them. */
    public String names() {
        return all.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** A statement that inserts a row, with a place for each value. */
    public String insertInto(String table) {
        return "insert into " + table + " (" + names() + ") values (" + places(all.size()) + ")";
    }

    /** What an update sets, with a place for each value. */
    public String assignments() {
        return all.stream().map(column -> column.name() + " = ?").collect(Collectors.joining(", "));
    }

    /** So many places for values, as a list of SQL has them. */
    public static String places(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** The values of a row, in the order of the places. */
    public List<@Nullable Object> values(T row) {
        List<@Nullable Object> values = new ArrayList<>(all.size());
        for (Column<T> column : all) {
            Object value = column.value().of(row);
            values.add(value instanceof Instant moment ? Moments.utc(moment) : value);
        }
        return values;
    }

    /**
     * Binds a row's values to a statement of plain JDBC, from the first place on; returns the number of the next one.
     */
    public int bind(PreparedStatement statement, T row) throws SQLException {
        int place = 1;
        for (Object value : values(row)) {
            if (value instanceof byte[] bytes) {
                statement.setBytes(place, bytes);
            } else if (value == null) {
                statement.setNull(place, Types.NULL);
            } else {
                statement.setObject(place, value);
            }
            place++;
        }
        return place;
    }
}
