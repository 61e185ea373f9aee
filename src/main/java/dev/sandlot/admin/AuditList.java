package dev.sandlot.admin;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.bind.annotation.JsonbNillable;
import java.io.StringReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the audit, newest first.
 *
 * @param next where the next page begins, as {@code before}; null behind the last
 */
@JsonbNillable
public record AuditList(
        List<JsonObject> entries, int limit, @Nullable Long next, boolean hasNext) {
    /** {@code lines}: one more than the page has, if there are. */
    static AuditList of(List<String> lines, int limit) {
        List<JsonObject> entries =
                lines.stream().limit(limit).map(AuditList::object).toList();
        boolean hasNext = lines.size() > limit;
        Long next = hasNext ? entries.get(limit - 1).getJsonNumber("seq").longValue() : null;
        return new AuditList(entries, limit, next, hasNext);
    }

    private static JsonObject object(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }
}
