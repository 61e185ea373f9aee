package dev.sandlot.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures in rows; the first cell of each says of what they are. */
record Table(String title, List<String> columns, List<List<String>> rows) {
    Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " cells in " + title);
            }
        }
    }

    /** Rows are added one by one. */
    static final class Builder {
        private final String title;
        private final List<String> columns;
        private final List<List<String>> rows = new ArrayList<>();

        Builder(String title, String... columns) {
            this.title = title;
            this.columns = List.of(columns);
        }

        Builder row(String name, double... figures) {
            List<String> row = new ArrayList<>(List.of(name));
            Arrays.stream(figures).mapToObj(Table::text).forEach(row::add);
            rows.add(row);
            return this;
        }

        Table build() {
            return new Table(title, columns, rows);
        }
    }

    /** With three digits that count, or all of a large number. */
    static String text(double figure) {
        if (Double.isNaN(figure)) {
            return "–";
        }
        double size = Math.abs(figure);
        String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, figure);
    }

    String markdown() {
        String rule = columns.stream().map(column -> "---").collect(Collectors.joining("|", "|", "|"));
        return "**" + title + "**\n\n" + line(columns) + "\n" + rule + "\n"
                + rows.stream().map(Table::line).collect(Collectors.joining("\n")) + "\n";
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}
