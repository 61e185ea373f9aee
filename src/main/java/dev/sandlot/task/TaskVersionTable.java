package dev.sandlot.task;

import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Origin;
import dev.sandlot.task.TaskMetadata.Text;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of published versions: which column holds what of their summaries. */
final class TaskVersionTable {
    private static final Columns<TaskId> KEY = Columns.of("org", TaskId::org)
            .and("name", TaskId::name)
            .and("version", id -> id.version().toString());

    private static final Columns<Origin> ORIGIN = Columns.<Origin>of("created_at", Origin::changedAt)
            .and("created_by", origin -> origin.createdBy().orElse(""))
            .and("sha256", Origin::sha256)
            .and("size_bytes", Origin::size);

    /** The columns beside the key's. */
    static final Columns<TaskSummary> VALUES = ORIGIN.in(TaskSummary::origin)
            .and("ordinal", summary -> ordinal(summary.id().version()))
            .and("is_public", TaskSummary::isPublic)
            .and("image", summary -> summary.image().map(ImageRef::toString).orElse(null))
            .and(texts().in(TaskSummary::metadata))
            .and("tags", summary -> String.join("\n", summary.metadata().tags()))
            .and("searchable", TaskSummary::searchable);

    static final Columns<TaskSummary> ALL = KEY.in(TaskSummary::id).and(VALUES);
    static final String INSERT = ALL.insertInto("task_versions");

    private TaskVersionTable() {}

    private static Columns<TaskMetadata> texts() {
        return Stream.of(Text.values())
                .map(text -> Columns.<TaskMetadata>of(text.word(), metadata -> metadata.text(text)))
                .reduce(Columns::and)
                .orElseThrow();
    }

    /** The version as a text that has the order that versions have. */
    private static String ordinal(TaskVersion version) {
        return String.format("%09d.%09d.%09d", version.major(), version.minor(), version.patch());
    }

    static TaskId readId(ResultSet row) throws SQLException {
        return new TaskId(row.getString("org"), row.getString("name"), TaskVersion.parse(row.getString("version")));
    }

    static TaskSummary read(ResultSet row) throws SQLException {
        Map<Text, String> texts = new EnumMap<>(Text.class);
        for (Text text : Text.values()) {
            String value = row.getString(text.word());
            if (value != null) {
                texts.put(text, value);
            }
        }
        return new TaskSummary(
                readId(row),
                new Origin(
                        row.getString("sha256"),
                        row.getLong("size_bytes"),
                        Moments.require(row, "created_at"),
                        Optional.of(row.getString("created_by"))),
                row.getBoolean("is_public"),
                Optional.ofNullable(row.getString("image")).map(ImageRef::parse),
                new TaskMetadata(texts, tags(row.getString("tags")), Map.of()),
                row.getString("searchable"));
    }

    private static List<String> tags(@Nullable String lines) {
        return lines == null
                ? List.of()
                : Stream.of(lines.split("\n")).filter(tag -> !tag.isEmpty()).toList();
    }
}
