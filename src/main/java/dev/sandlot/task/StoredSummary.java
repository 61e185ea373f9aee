package dev.sandlot.task;

import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Described;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A summary as it lies in the database. */
final class StoredSummary {
    private StoredSummary() {}

    /** Its columns but for those of the key. */
    static Map<String, @Nullable Object> columns(TaskSummary summary) {
        Described described = summary.described();
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("created_at", summary.changedAt().atOffset(ZoneOffset.UTC));
        columns.put("created_by", summary.createdBy().orElse(""));
        columns.put("ordinal", ordinal(summary.version()));
        columns.put("is_public", summary.isPublic());
        columns.put("sha256", summary.sha256());
        columns.put("size_bytes", summary.size());
        columns.put("image", summary.image().map(ImageRef::toString).orElse(null));
        columns.put("description", described.description());
        columns.put("difficulty", described.difficulty());
        columns.put("tags", String.join("\n", described.tags()));
        columns.put("author", described.author());
        columns.put("license", described.license());
        columns.put("repository", described.repository());
        columns.put("source", described.source());
        columns.put("searchable", summary.searchable());
        return columns;
    }

    /** As text it has the order that versions have. */
    private static String ordinal(TaskVersion version) {
        return String.format("%09d.%09d.%09d", version.major(), version.minor(), version.patch());
    }

    static TaskSummary read(ResultSet row) throws SQLException {
        Described described = new Described(
                row.getString("description"),
                row.getString("difficulty"),
                tags(row.getString("tags")),
                row.getString("author"),
                row.getString("license"),
                row.getString("repository"),
                row.getString("source"),
                null,
                null,
                null,
                null);
        return new TaskSummary(
                row.getString("org"),
                row.getString("name"),
                TaskVersion.parse(row.getString("version")),
                row.getBoolean("is_public"),
                Optional.ofNullable(row.getString("image")).map(ImageRef::parse),
                described,
                row.getString("sha256"),
                row.getLong("size_bytes"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                Optional.of(row.getString("created_by")),
                row.getString("searchable"));
    }

    private static List<String> tags(@Nullable String lines) {
        return lines == null
                ? List.of()
                : Stream.of(lines.split("\n")).filter(tag -> !tag.isEmpty()).toList();
    }
}
