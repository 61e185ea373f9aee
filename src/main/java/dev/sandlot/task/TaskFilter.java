package dev.sandlot.task;

import dev.sandlot.errors.Faults;
import dev.sandlot.task.TaskMetadata.Text;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query parameters of the task list: a repeated one takes any of its values, several ones must all fit. */
public class TaskFilter {
    private static final int VALUES_MAX = 32;
    private static final int SEARCH_MAX = 256;

    @QueryParam("search")
    private @Nullable String search;

    @QueryParam("tags")
    private List<String> tags = List.of();

    @QueryParam("difficulty")
    private List<String> difficulties = List.of();

    @QueryParam("author")
    private List<String> authors = List.of();

    @QueryParam("source")
    private List<String> sources = List.of();

    @QueryParam("include_public")
    private @Nullable String includePublic;

    void check(Faults faults) {
        for (String difficulty : difficulties) {
            if (!Difficulty.isOne(difficulty)) {
                faults.badValue("Must be " + Difficulty.FORM, "query", "difficulty");
            }
        }
        if (includePublic != null && !Set.of("true", "false").contains(includePublic)) {
            faults.wrongType("true or false", "query", "include_public");
        }
        if (search != null && search.length() > SEARCH_MAX) {
            faults.badValue("Must be at most " + SEARCH_MAX + " characters", "query", "search");
        }
        checkCount("tags", tags, faults);
        checkCount("author", authors, faults);
        checkCount("source", sources, faults);
    }

    private static void checkCount(String name, List<String> values, Faults faults) {
        if (values.size() > VALUES_MAX) {
            faults.badValue("Must be at most " + VALUES_MAX, "query", name);
        }
    }

    boolean includesPublic() {
        return !"false".equals(includePublic);
    }

    boolean takes(TaskSummary task) {
        TaskMetadata metadata = task.metadata();
        return found(task)
                && (tags.isEmpty() || tags.stream().anyMatch(metadata.tags()::contains))
                && anyOf(difficulties, metadata.text(Text.DIFFICULTY))
                && anyOf(authors, metadata.text(Text.AUTHOR))
                && anyOf(sources, metadata.text(Text.SOURCE));
    }

    private static boolean anyOf(List<String> wanted, @Nullable String value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }

    private boolean found(TaskSummary task) {
        return search == null || task.searchable().contains(search.toLowerCase(Locale.ROOT));
    }
}
