package dev.sandlot.cli;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers as text for a person. */
final class Shown {
    private static final int NAME_MAX = 300;

    private Shown() {}

    /** A row for each, and a head; as wide as they need. */
    static String table(List<JsonObject> entries, String... columns) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(columns).stream()
                .map(column -> column.toUpperCase(Locale.ROOT))
                .toList());
        for (JsonObject entry : entries) {
            rows.add(List.of(columns).stream()
                    .map(column -> text(entry.getOrDefault(column, JsonValue.NULL)))
                    .toList());
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(one -> one.get(column).length())
                        .max()
                        .orElse(0);
                line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    /** A line for each member. */
    static String members(JsonObject entry) {
        StringBuilder lines = new StringBuilder();
        entry.forEach((name, value) -> {
            if (value != JsonValue.NULL) {
                lines.append(name).append(": ").append(text(value)).append('\n');
            }
        });
        return lines.toString();
    }

    /** A file's name, which whoever made the file has chosen: nothing in it steers a terminal. */
    static String name(String name) {
        return line(name.length() > NAME_MAX ? name.substring(0, NAME_MAX) + "…" : name);
    }

    /** Whoever has written it: nothing in it steers a terminal. */
    static String line(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "\ufffd");
    }

    private static String text(JsonValue value) {
        if (value instanceof JsonString text) {
            return text.getString();
        }
        return value instanceof JsonNumber number
                ? number.toString()
                : value == JsonValue.NULL ? "-" : value.toString();
    }
}
