package dev.sandlot.bench;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What one run has measured: on what, in tables and panels, and what is to be known of them. */
final class Report {
    private final String java;
    private final String host;
    private final List<Table> tables = new ArrayList<>();
    private final List<Panel> panels = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** {@code java}: its version. {@code host}: a sentence. */
    Report(String java, String host) {
        this.java = java;
        this.host = host;
    }

    void add(Table table) {
        tables.add(table);
    }

    void add(Panel panel) {
        panels.add(panel);
    }

    /** Something that whoever reads the figures must know. */
    void note(String sentence) {
        notes.add(sentence);
    }

    String title() {
        return "Java " + java;
    }

    List<Table> tables() {
        return List.copyOf(tables);
    }

    List<Panel> panels() {
        return List.copyOf(panels);
    }

    String markdown() {
        return "### " + title() + "\n\n" + host + "\n\n"
                + tables.stream().map(Table::markdown).collect(Collectors.joining("\n"))
                + notes.stream().map(note -> "\n- " + note).collect(Collectors.joining());
    }

    JsonObject json() {
        return Json.createObjectBuilder()
                .add("java", java)
                .add("host", host)
                .add("notes", Json.createArrayBuilder(notes))
                .add("tables", array(tables, Report::json))
                .add("panels", array(panels, Report::json))
                .build();
    }

    private static <T> JsonArrayBuilder array(List<T> all, Function<T, JsonObjectBuilder> json) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        all.forEach(one -> array.add(json.apply(one)));
        return array;
    }

    private static JsonObjectBuilder json(Table table) {
        JsonArrayBuilder rows = Json.createArrayBuilder();
        table.rows().forEach(row -> rows.add(Json.createArrayBuilder(row)));
        return Json.createObjectBuilder()
                .add("title", table.title())
                .add("columns", Json.createArrayBuilder(table.columns()))
                .add("rows", rows);
    }

    private static JsonObjectBuilder json(Panel panel) {
        return Json.createObjectBuilder()
                .add("title", panel.title())
                .add("clients", Json.createArrayBuilder(panel.clients()))
                .add(
                        "series",
                        array(
                                panel.series(),
                                one -> Json.createObjectBuilder()
                                        .add("name", one.name())
                                        .add("values", Json.createArrayBuilder(one.values()))));
    }

    static Report parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            Report report = new Report(json.getString("java"), json.getString("host"));
            strings(json, "notes").forEach(report::note);
            objects(json, "tables").forEach(table -> report.add(table(table)));
            objects(json, "panels").forEach(panel -> report.add(panel(panel)));
            return report;
        }
    }

    private static Table table(JsonObject json) {
        List<List<String>> rows = json.getJsonArray("rows").stream()
                .map(row -> row.asJsonArray().getValuesAs(JsonString::getString))
                .toList();
        return new Table(json.getString("title"), strings(json, "columns"), rows);
    }

    private static Panel panel(JsonObject json) {
        List<Panel.Series> series = objects(json, "series").stream()
                .map(one -> new Panel.Series(one.getString("name"), numbers(one, "values")))
                .toList();
        return new Panel(json.getString("title"), numbers(json, "clients"), series);
    }

    private static List<String> strings(JsonObject json, String name) {
        return json.getJsonArray(name).getValuesAs(JsonString::getString);
    }

    private static List<Double> numbers(JsonObject json, String name) {
        return json.getJsonArray(name).getValuesAs(JsonNumber::doubleValue);
    }

    private static List<JsonObject> objects(JsonObject json, String name) {
        return json.getJsonArray(name).getValuesAs(JsonValue::asJsonObject);
    }
}
