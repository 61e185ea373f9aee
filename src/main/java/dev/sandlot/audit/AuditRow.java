package dev.sandlot.audit;

import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of the table: an entry of the chain, and what of it can be searched for. */
record AuditRow(AuditLink link, AuditEntry entry) {
    private static final Columns<AuditRow> COLUMNS = Columns.<AuditRow>of("seq", row -> row.link.seq())
            .and("happened_at", row -> row.entry.at())
            .and("org", row -> row.entry.target().org())
            .and("workspace", row -> row.entry.target().workspace())
            .and("subject", row -> row.entry.subject())
            .and("operation", row -> row.entry.operation())
            .and("environment_id", row -> row.entry.target().environment())
            .and("outcome", row -> row.entry.outcome().word())
            .and("entry", row -> row.link.text())
            .and("previous", row -> row.link.previous())
            .and("hash", row -> row.link.hash());

    static final String INSERT = COLUMNS.insertInto("audit");

    /** What {@link #readLink} asks for. */
    static final String LINK = "seq, entry, previous, hash";

    /** What {@link #read} asks for. */
    static final String ALL = COLUMNS.names();

    void bind(PreparedStatement statement) throws SQLException {
        COLUMNS.bind(statement, this);
    }

    static AuditLink readLink(ResultSet row) throws SQLException {
        return new AuditLink(
                row.getLong("seq"), row.getString("entry"), row.getString("previous"), row.getString("hash"));
    }

    /**
     * A row as it is found.
     *
     * @param agrees whether all that can be searched for is what the entry says
     */
    record Found(AuditLink link, boolean agrees) {}

    static Found read(ResultSet row) throws SQLException {
        AuditLink link = readLink(row);
        return new Found(link, agrees(link.text(), row));
    }

    private static boolean agrees(String text, ResultSet row) throws SQLException {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject entry = reader.readObject();
            for (String name : new String[] {"org", "workspace", "subject", "operation", "environment_id", "outcome"}) {
                if (!Objects.equals(entry.getString(name, null), text(row.getObject(name)))) {
                    return false;
                }
            }
            return entry.getString("at", "")
                    .equals(Moments.require(row, "happened_at").toString());
        } catch (JsonException | IllegalStateException | ClassCastException noEntry) {
            return false;
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
